import { describe, expect, it } from "vitest";
import { restrictFiles } from "../../host/sandbox.ts";
import { memoryHost } from "../../host/testing/index.ts";
import { awsCredentials, awsRegion } from "./aws-credentials.ts";

const { homeFolder } = memoryHost().files;
const { signal } = new AbortController();

/** A host whose programs cannot leave their folder. */
function host(files: Readonly<Record<string, string>>, environment: Readonly<Record<string, string>> = {}) {
  const all = memoryHost({ files }).files;
  const confined = { ...memoryHost(), files: restrictFiles(all, { roots: [all.cwd] }), settingsFiles: all };
  const { http: _none, ...offline } = confined;
  return { host: offline, variable: (name: string): string | undefined => environment[name] };
}

const files = {
  [`${homeFolder}/.aws/credentials`]: `
# mine
[default]
aws_access_key_id = A1
aws_secret_access_key=s/1=
[work]
aws_access_key_id=A2
aws_secret_access_key = s2
aws_session_token = t2
[half]
aws_access_key_id = A3
`,
  [`${homeFolder}/.aws/config`]: "[default]\nregion = eu-west-1\n[profile work]\nregion=us-west-2\n",
};

describe("credentials of AWS", () => {
  it("are read from the user's files, which no program sees, by profile", async () => {
    const plain = host(files);
    expect(() => plain.host.files.readText(`${homeFolder}/.aws/credentials`)).toThrow();
    expect(await awsCredentials(plain.host, plain.variable, signal)).toEqual({
      accessKeyId: "A1",
      secretAccessKey: "s/1=",
      sessionToken: undefined,
    });
    expect(awsRegion(plain.host, plain.variable)).toBe("eu-west-1");
    const work = host(files, { AWS_PROFILE: "work" });
    expect(await awsCredentials(work.host, work.variable, signal)).toEqual({
      accessKeyId: "A2",
      secretAccessKey: "s2",
      sessionToken: "t2",
    });
    expect(awsRegion(work.host, work.variable)).toBe("us-west-2");
  });

  it("come from the environment before any file, and from the file that is named there", async () => {
    const given = host(files, { AWS_ACCESS_KEY_ID: "E", AWS_SECRET_ACCESS_KEY: "e", AWS_REGION: "x" });
    expect((await awsCredentials(given.host, given.variable, signal)).accessKeyId).toBe("E");
    expect(awsRegion(given.host, given.variable)).toBe("x");
    const named = { "/keys": "[default]\naws_access_key_id = N\naws_secret_access_key = n\n" };
    const other = host({ ...files, ...named }, { AWS_SHARED_CREDENTIALS_FILE: "/keys" });
    expect((await awsCredentials(other.host, other.variable, signal)).accessKeyId).toBe("N");
  });

  it.each(["half", "nobody"])("say what to do where the profile %s has none", async (profile) => {
    const { host: alone, variable } = host(files, { AWS_PROFILE: profile });
    await expect(awsCredentials(alone, variable, signal)).rejects.toThrow("no AWS credentials: set AWS_ACCESS_KEY_ID");
    expect(awsRegion(alone, variable)).toBe("us-east-1");
  });
});
