/**
 * Token kinds as small integers, grouped so that a range test answers "is it a keyword". The order inside a group has no
 * meaning; the first and last of a group do.
 */
export const Token = {
  EndOfFile: 0,
  /** Text that no token starts with, or an unterminated string: already reported, so the parser stays silent about it. */
  Error: 1,
  Identifier: 2,
  Int: 3,
  Float: 4,
  Duration: 5,
  String: 6,
  RawString: 7,
  TripleString: 8,
  /** `"text${` */
  TemplateStart: 9,
  /** `}text${` */
  TemplateMiddle: 10,
  /** `}text"` */
  TemplateEnd: 11,

  LeftParen: 12,
  RightParen: 13,
  LeftBracket: 14,
  RightBracket: 15,
  LeftBrace: 16,
  RightBrace: 17,
  Comma: 18,
  Colon: 19,
  Semicolon: 20,
  At: 21,
  Dot: 22,
  Ellipsis: 23,
  Question: 24,
  QuestionDot: 25,
  Arrow: 26,
  Bar: 27,
  Ampersand: 28,
  Assign: 29,
  PlusAssign: 30,
  MinusAssign: 31,
  StarAssign: 32,
  SlashAssign: 33,
  PercentAssign: 34,
  Pipe: 35,
  Or: 36,
  And: 37,
  Equal: 38,
  NotEqual: 39,
  Less: 40,
  Greater: 41,
  LessEqual: 42,
  GreaterEqual: 43,
  Plus: 44,
  Minus: 45,
  Coalesce: 46,
  Star: 47,
  Slash: 48,
  Percent: 49,
  Power: 50,
  Not: 51,

  AskUser: 52,
  Break: 53,
  Catch: 54,
  Const: 55,
  Continue: 56,
  Deadline: 57,
  Defer: 58,
  DualControl: 59,
  Else: 60,
  Emit: 61,
  Enum: 62,
  EscalateTo: 63,
  EvalPack: 64,
  Exclusive: 65,
  Extends: 66,
  False: 67,
  Finally: 68,
  Fn: 69,
  For: 70,
  From: 71,
  Guard: 72,
  If: 73,
  Impl: 74,
  Import: 75,
  In: 76,
  Interface: 77,
  Let: 78,
  Match: 79,
  Mutex: 80,
  Nil: 81,
  Override: 82,
  Parallel: 83,
  Pipeline: 84,
  Pub: 85,
  RequestApproval: 86,
  Require: 87,
  Retry: 88,
  Return: 89,
  Select: 90,
  Skill: 91,
  Spawn: 92,
  Struct: 93,
  Throw: 94,
  To: 95,
  Tool: 96,
  True: 97,
  Try: 98,
  Type: 99,
  Var: 100,
  While: 101,
  Yield: 102,
} as const;

export type TokenName = keyof typeof Token;

const names = Object.keys(Token) as TokenName[];

/** The name of a kind in dumps: `LeftParen` prints as `left_paren`. */
const dumpNames = names.map((name) => name.replace(/(?<=.)[A-Z]/g, (letter) => `_${letter}`).toLowerCase());

export function tokenName(kind: number): string {
  return dumpNames[kind] ?? "error";
}

export function isKeyword(kind: number): boolean {
  return kind >= Token.AskUser;
}

/** A word: what may stand where keywords are plain names (after `.`, as a dict key, as a shape field). */
export function isWord(kind: number): boolean {
  return kind === Token.Identifier || kind >= Token.AskUser;
}

/** Every reserved word, in order. */
export const keywords: readonly string[] = dumpNames.slice(Token.AskUser);

const keywordSet = new Set(keywords);

export function isReserved(word: string): boolean {
  return keywordSet.has(word);
}

/** The text of the kinds whose text never varies. */
export const punctuation: readonly (string | undefined)[] = spellings();

function spellings(): (string | undefined)[] {
  const texts: (string | undefined)[] = [];
  const signs =
    "( ) [ ] { } , : ; @ . ... ? ?. -> | & = += -= *= /= %= |> || && == != < > <= >= + - ?? * / % ** !".split(" ");
  signs.forEach((sign, index) => {
    texts[Token.LeftParen + index] = sign;
  });
  keywords.forEach((word, index) => {
    texts[Token.AskUser + index] = word;
  });
  return texts;
}
