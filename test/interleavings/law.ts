/** What holds for every program of a kind, in whatever order its tasks run. */
export interface Law {
  readonly name: string;
  /** The program of a seed when it breaks the law, and how. */
  faultOf(seed: number): Promise<Fault | undefined>;
}

export interface Fault {
  readonly what: string;
  readonly text: string;
}
