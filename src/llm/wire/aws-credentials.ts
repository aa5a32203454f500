import { type Host, type HostFiles, type HostHttp, settingsFilesOf } from "../../builtin/index.ts";
import { ModelFailure } from "../failure.ts";
import { dictAt, isDict, textAt } from "../fields.ts";
import { tryParseJson } from "../json.ts";
import { RequestScope } from "./waiting.ts";

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string | undefined;
}

/** A request that is to carry AWS Signature Version 4. `time` is Unix milliseconds. */
export interface AwsRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly region: string;
  readonly service: string;
  readonly time: number;
  readonly credentials: AwsCredentials;
}

/** Gives the headers that the signature adds. */
export type SignAwsRequest = (request: AwsRequest) => Readonly<Record<string, string>>;

export type ReadVariable = (name: string) => string | undefined;

const regionVariables = ["AWS_REGION", "AWS_DEFAULT_REGION", "BEDROCK_REGION"];
const fallbackRegion = "us-east-1";
const containerHost = "http://169.254.170.2";
const instanceHost = "http://169.254.169.254";
const instanceTimeoutMs = 2000;

export function awsRegion(host: Host, variable: ReadVariable): string {
  for (const name of regionVariables) {
    const region = variable(name);
    if (region !== undefined) return region;
  }
  const profile = variable("AWS_PROFILE") ?? "default";
  const section = profile === "default" ? "default" : `profile ${profile}`;
  return (
    readProfile(settingsFilesOf(host), variable("AWS_CONFIG_FILE"), "config", section).get("region") ?? fallbackRegion
  );
}

/** From the environment, else the profile, else the container's or the instance's own service. */
export async function awsCredentials(host: Host, variable: ReadVariable, signal: AbortSignal): Promise<AwsCredentials> {
  const accessKeyId = variable("AWS_ACCESS_KEY_ID");
  const secretAccessKey = variable("AWS_SECRET_ACCESS_KEY");
  if (accessKeyId !== undefined && secretAccessKey !== undefined)
    return { accessKeyId, secretAccessKey, sessionToken: variable("AWS_SESSION_TOKEN") };
  const found =
    fromProfile(settingsFilesOf(host), variable) ??
    (host.http === undefined
      ? undefined
      : ((await fromContainer(host.http, variable, signal)) ??
        (await fromInstance(host, host.http, variable, signal))));
  if (found !== undefined) return found;
  throw new ModelFailure({
    kind: "terminal",
    reason: "auth_failure",
    category: "auth",
    message:
      "bedrock: no AWS credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE with ~/.aws/credentials",
  });
}

function fromProfile(files: HostFiles | undefined, variable: ReadVariable): AwsCredentials | undefined {
  const profile = variable("AWS_PROFILE") ?? "default";
  const rows = readProfile(files, variable("AWS_SHARED_CREDENTIALS_FILE"), "credentials", profile);
  const accessKeyId = rows.get("aws_access_key_id");
  const secretAccessKey = rows.get("aws_secret_access_key");
  if (accessKeyId === undefined || secretAccessKey === undefined) return undefined;
  return { accessKeyId, secretAccessKey, sessionToken: rows.get("aws_session_token") };
}

/** The `key = value` rows of one `[section]` of an AWS file; none if there is no such file. */
function readProfile(
  files: HostFiles | undefined,
  configured: string | undefined,
  name: "config" | "credentials",
  section: string,
): ReadonlyMap<string, string> {
  const rows = new Map<string, string>();
  if (files === undefined) return rows;
  const path =
    configured ?? (files.homeFolder === undefined ? undefined : files.resolve(files.homeFolder, ".aws", name));
  if (path === undefined || !files.exists(path)) return rows;
  let isInside = false;
  for (const line of files.readText(path).split(/\r?\n/)) {
    const text = line.trim();
    if (text.startsWith("[")) isInside = text === `[${section}]`;
    const equals = text.indexOf("=");
    if (isInside && equals > 0 && !text.startsWith("#"))
      rows.set(text.slice(0, equals).trim(), text.slice(equals + 1).trim());
  }
  return rows;
}

async function fromContainer(
  http: HostHttp,
  variable: ReadVariable,
  signal: AbortSignal,
): Promise<AwsCredentials | undefined> {
  const relative = variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
  const url =
    variable("AWS_CONTAINER_CREDENTIALS_FULL_URI") ??
    (relative === undefined ? undefined : `${containerHost}${relative}`);
  if (url === undefined) return undefined;
  const token = variable("AWS_CONTAINER_AUTHORIZATION_TOKEN");
  const text = await ask(http, "GET", url, token === undefined ? {} : { authorization: token }, signal);
  return text === undefined ? undefined : parseCredentials(text);
}

async function fromInstance(
  host: Host,
  http: HostHttp,
  variable: ReadVariable,
  signal: AbortSignal,
): Promise<AwsCredentials | undefined> {
  if (variable("AWS_EC2_METADATA_DISABLED") === "true") return undefined;
  // Outside the cloud nothing answers at that address: do not wait for it as for a model.
  const scope = new RequestScope(signal, host.clock, instanceTimeoutMs);
  const base = `${instanceHost}/latest`;
  try {
    const lifetime = { "x-aws-ec2-metadata-token-ttl-seconds": "300" };
    const token = await ask(http, "PUT", `${base}/api/token`, lifetime, scope.signal);
    if (token === undefined) return undefined;
    const proof = { "x-aws-ec2-metadata-token": token };
    const roles = `${base}/meta-data/iam/security-credentials/`;
    const role = (await ask(http, "GET", roles, proof, scope.signal))?.split("\n")[0]?.trim();
    const text = role === undefined ? undefined : await ask(http, "GET", `${roles}${role}`, proof, scope.signal);
    return text === undefined ? undefined : parseCredentials(text);
  } finally {
    scope.close();
  }
}

/** The body of a 200 answer; nothing when nobody answers, since the next source is asked then. */
async function ask(
  http: HostHttp,
  method: string,
  url: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    const response = await http.send({ method, url, headers, signal });
    const decoder = new TextDecoder();
    let text = "";
    for await (const chunk of response.body) text += decoder.decode(chunk, { stream: true });
    return response.status === 200 ? text : undefined;
  } catch {
    return undefined;
  }
}

function parseCredentials(text: string): AwsCredentials | undefined {
  const body = tryParseJson(text);
  if (!isDict(body)) return undefined;
  const fields = dictAt(body, "Credentials") ?? body;
  const accessKeyId = textAt(fields, "AccessKeyId");
  const secretAccessKey = textAt(fields, "SecretAccessKey");
  if (accessKeyId === undefined || secretAccessKey === undefined) return undefined;
  return { accessKeyId, secretAccessKey, sessionToken: textAt(fields, "Token") };
}
