/** The release of the language that this implementation follows: what programs, bundles and models are told. */
export const languageVersion = "0.8.43";
