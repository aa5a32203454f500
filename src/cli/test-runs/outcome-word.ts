const colours = { PASS: 32, FAIL: 31, SKIP: 33 } as const;

export function outcomeWord(word: keyof typeof colours, isColoured: boolean): string {
  return isColoured ? `\u001b[${colours[word]}m${word}\u001b[0m` : word;
}
