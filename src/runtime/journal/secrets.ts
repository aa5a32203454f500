import { secretForm } from "../../eventlog/index.ts";

/** Names of variables whose values nobody should find in a file. */
const secretName = /(?:^|_)(?:API_?KEY|KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIALS?|PASSPHRASE|AUTH|DSN)(?:$|_)/i;

/** `key = value` and `"key": "value"`, as configuration has them. */
const entry = /(?:^|[\s{,])"?([\w-]+)"?\s*[=:]\s*"?([^"\r\n]+?)"?\s*(?=[,}\r\n]|$)/g;

/** Values shorter than this occur by chance: they are only hidden where they are read. */
const shortest = 6;

/**
 * Keeps secrets out of a recording. A secret is the value of a variable with a telling name, a password that was typed, or
 * what looks like a key. Wherever it occurs, in what was asked and in what was answered, `[secret NAME]` stands instead: a
 * replay that is given the placeholder asks for the same things in the same words, so that it can be compared.
 */
export class Secrets {
  /** Names by value. */
  readonly #names = new Map<string, string>();
  readonly #lookup: (name: string) => string | undefined;
  #count = 0;

  /** `lookup` finds the value of a variable today, for a replay where it is set. */
  constructor(lookup: (name: string) => string | undefined = () => undefined) {
    this.#lookup = lookup;
  }

  /** A telling name, or an address with a password in it. */
  static isSecret(name: string, value: string): boolean {
    return secretName.test(name) || (URL.canParse(value) && new URL(value).password !== "");
  }

  /** Takes note of a secret, and gives what stands in its place. */
  learn(name: string, value: string): string {
    if (value.length >= shortest && !this.#names.has(value)) this.#names.set(value, name);
    return placeholder(this.#names.get(value) ?? name);
  }

  /** Takes note of the secrets in a file of settings: the values of its telling names, which need no form of their own. */
  learnFrom(text: string): void {
    for (const [, name = "", value = ""] of text.matchAll(entry)) {
      const isSecret = URL.canParse(value)
        ? Secrets.isSecret("", value)
        : Secrets.isSecret(name.replaceAll("-", "_"), value);
      if (isSecret) this.learn(name, value);
    }
  }

  mask(text: string): string {
    let masked = text;
    for (const [value, name] of this.#names)
      if (masked.includes(value)) masked = masked.replaceAll(value, placeholder(name));
    return masked.replace(secretForm, (value) => this.learn(`${++this.#count}`, value));
  }

  /** The text with every secret that is known today in the place of its placeholder. */
  restore(text: string): { readonly text: string; readonly lost: string | undefined } {
    if (!text.includes("[secret ")) return { text, lost: undefined };
    let lost: string | undefined;
    const restored = text.replace(/\[secret ([^\]\s]+)\]/g, (whole, name: string) => {
      const value = this.#lookup(name);
      if (value === undefined || value === "") {
        lost ??= name;
        return whole;
      }
      this.learn(name, value);
      return value;
    });
    return { text: restored, lost };
  }
}

function placeholder(name: string): string {
  return `[secret ${name}]`;
}
