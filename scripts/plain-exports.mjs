// What esbuild makes of a module that others ask for by name: an object with a getter for each export, defined before anything runs
// and copied when it is asked for. A start pays for every one of them. Nothing that a module of ours exports changes once it has been
// evaluated (`src/host/node/scripts.ts` counts on that as well), so a function that gives the exports as they are does the same.
//
//   var E={};f(E,{a:()=>x,b:()=>y});  ->  var E=()=>({a:x,b:y});
//   return init(),p(E)                ->  return init(),E()

/** esbuild's own functions, under the names that they have in a script. */
const helpers = {
  define: /(?<=[,\s])([\w$]+)=\(\w+,\w+\)=>\{for\(var \w+ in \w+\)[\w$]+\(\w+,\w+,\{get:\w+\[\w+\],enumerable:!0\}\)\}/,
  convert: /(?<=[,\s])([\w$]+)=\w+=>[\w$]+\([\w$]+\(\{\},"__esModule",\{value:!0\}\),\w+\)/,
};

/** The text of a minified script with plain exports. Every column keeps its place: the source map still holds. */
export function withPlainExports(text) {
  const define = nameOf(helpers.define, text);
  const convert = nameOf(helpers.convert, text);
  const table = new RegExp(`var ([\\w$]+)=\\{\\};${escaped(define)}\\(\\1,\\{([^{}]*)\\}\\);`, "g");
  const plain = new Set();
  const defined = text.replace(table, (found, name, exports) => {
    const uses = occurrences(text, name);
    const conversions = text.split(`${convert}(${name})`).length - 1;
    // Something else holds on to the object.
    if (conversions === 0 || uses !== 2 + conversions) return found;
    plain.add(name);
    return `var ${name}=()=>({${exports.replaceAll(":()=>", ":")}});`.padEnd(found.length);
  });
  if (plain.size === 0) throw new Error("no module's exports were found: esbuild writes them otherwise now");
  const asked = new RegExp(`(?<![\\w$.])${escaped(convert)}\\(([\\w$]+)\\)`, "g");
  return defined.replace(asked, (found, name) => (plain.has(name) ? `${name}()`.padEnd(found.length) : found));
}

function nameOf(helper, text) {
  const name = helper.exec(text)?.[1];
  if (name === undefined) throw new Error(`esbuild's helpers are written otherwise now: none is like ${helper}`);
  return name;
}

function occurrences(text, name) {
  return text.match(new RegExp(`(?<![\\w$])${escaped(name)}(?![\\w$])`, "g"))?.length ?? 0;
}

function escaped(name) {
  return name.replaceAll("$", "\\$");
}
