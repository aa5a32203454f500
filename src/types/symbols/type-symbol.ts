import type {
  EnumDeclaration,
  InterfaceDeclaration,
  InterfaceMethod,
  Name,
  StructDeclaration,
  TypeDeclaration,
  TypeExpression,
  TypeParameter,
} from "../../syntax/index.ts";
import { dynamic, type ParameterType, type Type } from "../model/type.ts";
import { aliasTarget } from "./alias-target.ts";
import type { FunctionSignature } from "./signature.ts";

/** The scope that a declaration was written in: its types and signatures mean what they mean there. */
export interface Home {
  typeOf(expression: TypeExpression, parameters: readonly ParameterType[]): Type;
  interfaceMethod(method: InterfaceMethod, outer: readonly ParameterType[]): FunctionSignature;
}

export type TypeSymbol = StructSymbol | EnumSymbol | InterfaceSymbol | AliasSymbol;

export interface FieldSymbol {
  readonly name: string;
  readonly isOptional: boolean;
  readonly type: Type;
}

/** Members are lowered at first use: a program declares far more than it touches, and declarations may refer to each other. */
abstract class Declared {
  readonly name: string;
  readonly parameters: readonly ParameterType[];
  protected readonly home: Home;

  constructor(name: Name, parameters: readonly TypeParameter[], home: Home) {
    this.name = name.text;
    this.parameters = parameters.map(parameterType);
    this.home = home;
  }
}

export function parameterType(parameter: TypeParameter): ParameterType {
  const { name, variance } = parameter;
  return { kind: "parameter", name: name.text, ...(variance === undefined ? {} : { variance }) };
}

export class StructSymbol extends Declared {
  readonly kind = "struct";
  readonly declaration: StructDeclaration;
  /** Of all `impl` blocks met so far; they may stand in another file than the declaration. */
  readonly methods = new Map<string, FunctionSignature>();
  #fields: ReadonlyMap<string, FieldSymbol> | undefined;

  constructor(declaration: StructDeclaration, home: Home) {
    super(declaration.name, declaration.typeParameters, home);
    this.declaration = declaration;
  }

  get fields(): ReadonlyMap<string, FieldSymbol> {
    this.#fields ??= new Map(
      this.declaration.fields.map(({ name, isOptional, type }) => [
        name.text,
        { name: name.text, isOptional, type: type ? this.home.typeOf(type, this.parameters) : dynamic },
      ]),
    );
    return this.#fields;
  }
}

export class EnumSymbol extends Declared {
  readonly kind = "enum";
  readonly declaration: EnumDeclaration;
  readonly methods = new Map<string, FunctionSignature>();
  #variants: ReadonlyMap<string, readonly FieldSymbol[]> | undefined;

  constructor(declaration: EnumDeclaration, home: Home) {
    super(declaration.name, declaration.typeParameters, home);
    this.declaration = declaration;
  }

  get variants(): ReadonlyMap<string, readonly FieldSymbol[]> {
    this.#variants ??= new Map(
      this.declaration.variants.map((variant) => [
        variant.name.text,
        variant.fields.map(({ name, type }) => ({
          name: name.text,
          isOptional: false,
          type: type ? this.home.typeOf(type, this.parameters) : dynamic,
        })),
      ]),
    );
    return this.#variants;
  }
}

export class InterfaceSymbol extends Declared {
  readonly kind = "interface";
  readonly declaration: InterfaceDeclaration;
  /** Associated types are parameters of the methods, bound when a type is compared with the interface. */
  readonly associated: readonly ParameterType[];
  #methods: ReadonlyMap<string, FunctionSignature> | undefined;
  #fallbacks: ReadonlyMap<string, Type> | undefined;

  constructor(declaration: InterfaceDeclaration, home: Home) {
    super(declaration.name, declaration.typeParameters, home);
    this.declaration = declaration;
    this.associated = declaration.associatedTypes.map(({ name }) => ({ kind: "parameter", name: name.text }));
  }

  get methods(): ReadonlyMap<string, FunctionSignature> {
    const outer = [...this.parameters, ...this.associated];
    this.#methods ??= new Map(
      this.declaration.methods.map((method) => [method.name.text, this.home.interfaceMethod(method, outer)]),
    );
    return this.#methods;
  }

  /** The types that associated types must have, where the interface says. */
  get fallbacks(): ReadonlyMap<string, Type> {
    this.#fallbacks ??= new Map(
      this.declaration.associatedTypes.flatMap(({ name, fallback }) =>
        fallback ? [[name.text, this.home.typeOf(fallback, this.parameters)] as const] : [],
      ),
    );
    return this.#fallbacks;
  }
}

export class AliasSymbol extends Declared {
  readonly kind = "alias";
  readonly declaration: TypeDeclaration;
  #written: Type | undefined;
  #target: Type | undefined;

  constructor(declaration: TypeDeclaration, home: Home) {
    super(declaration.name, declaration.typeParameters, home);
    this.declaration = declaration;
  }

  /** Right of its `=`, which may name the alias again. */
  get written(): Type {
    this.#written ??= this.home.typeOf(this.declaration.type, this.parameters);
    return this.#written;
  }

  get target(): Type {
    this.#target ??= aliasTarget(this);
    return this.#target;
  }
}
