/** Names a service of the runtime, with its type. Each key is made once, in the room that defines the service. */
export interface ServiceKey<T> {
  readonly name: string;
  /** Phantom: never set. */
  readonly type?: T;
}

export function serviceKey<T>(name: string): ServiceKey<T> {
  return { name };
}
