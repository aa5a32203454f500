/** A node under construction: its optional fields are set one by one, since spreading them in is slow where nodes are many. */
export type Building<T> = { -readonly [K in keyof T]: T[K] };
