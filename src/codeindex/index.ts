export { codeIndexCatalog } from "./builtins.ts";
