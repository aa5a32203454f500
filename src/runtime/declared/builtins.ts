import { type CatalogPart, declare, req, t } from "../../builtin/index.ts";
import { DictValue, ListValue } from "../../value/index.ts";
import { callDeclared } from "./active-step.ts";
import { type DeclaredAttribute, declaredFunctionsKey, nameUnder } from "./declared-functions.ts";

const internal = declare("internal");

/** What compiled declarations call (`src/compile/attributes.ts`); no program can name those that begin with `%`. */
export const declaredCatalog: CatalogPart = {
  builtins: [
    internal({
      name: "%declare_function",
      summary: "A function was declared that carries attributes.",
      params: [req("key", t.string), req("name", t.string), req("function", t.any), req("attributes", t.list)],
      effect: "state",
      run(context, key, name, callee, attributes) {
        context.service(declaredFunctionsKey).add({ key, name, callee, attributes: read(attributes) });
        return null;
      },
    }),
    internal({
      name: "__declared_names",
      summary: "What an attribute (`step`, `persona`) calls the functions that carry it, in the order of declaration.",
      params: [req("attribute", t.string)],
      returns: t.list,
      effect: "state",
      run: (context, attribute) =>
        new ListValue(
          context
            .service(declaredFunctionsKey)
            .with(attribute)
            .map((each) => nameUnder(each, attribute)),
        ),
    }),
    internal({
      name: "%call_declared",
      summary: "A step or a persona is called.",
      params: [req("key", t.string), req("body", t.any), req("arguments", t.list)],
      effect: "state",
      run(context, key, body, args) {
        const declared = context.service(declaredFunctionsKey).byKey(key);
        return declared === undefined
          ? context.call(body, [...args])
          : callDeclared(context, declared, body, [...args]);
      },
    }),
  ],
};

function read(attributes: ListValue): DeclaredAttribute[] {
  return [...attributes].flatMap((row) => {
    if (!(row instanceof DictValue)) return [];
    const given = row.get("arguments");
    return given instanceof DictValue ? [{ name: String(row.get("name")), arguments: given }] : [];
  });
}
