/** Object ids of the types that are decoded, or bound as, something else than text. They are fixed for all servers. */
export const oid = {
  bool: 16,
  bytea: 17,
  int8: 20,
  int2: 21,
  int4: 23,
  text: 25,
  oid: 26,
  json: 114,
  float4: 700,
  float8: 701,
  time: 1083,
  timestamp: 1114,
  timestamptz: 1184,
  void: 2278,
  jsonb: 3802,
} as const;

/** Array types, by the type of their elements; every other array stays in the server's text form. */
export const elementTypes: ReadonlyMap<number, number> = new Map([
  [143, 142], // xml
  [199, oid.json],
  [651, 650], // cidr
  [775, 774], // macaddr8
  [1000, oid.bool],
  [1001, oid.bytea],
  [1002, 18], // "char"
  [1003, 19], // name
  [1005, oid.int2],
  [1007, oid.int4],
  [1009, oid.text],
  [1014, 1042], // bpchar
  [1015, 1043], // varchar
  [1016, oid.int8],
  [1021, oid.float4],
  [1022, oid.float8],
  [1028, oid.oid],
  [1040, 829], // macaddr
  [1041, 869], // inet
  [1115, oid.timestamp],
  [1182, 1082], // date
  [1183, oid.time],
  [1185, oid.timestamptz],
  [1187, 1186], // interval
  [1231, 1700], // numeric
  [1270, 1266], // timetz
  [1561, 1560], // bit
  [1563, 1562], // varbit
  [2951, 2950], // uuid
  [3807, oid.jsonb],
]);
