import { describe, expect, test } from "vitest";
import type { HostHttp, HttpRequest } from "../../../builtin/index.ts";
import { sendFollowing } from "./redirects.ts";

describe("sendFollowing", () => {
  const answering = (answers: Record<string, { status: number; location?: string }>) => {
    const seen: HttpRequest[] = [];
    const http: HostHttp = {
      async send(request) {
        seen.push(request);
        const answer = answers[request.url] ?? { status: 200 };
        const headers = answer.location === undefined ? {} : { location: answer.location };
        return { status: answer.status, statusText: "", url: request.url, headers, body: (async function* () {})() };
      },
    };
    return { seen, http };
  };
  const anywhere = (): void => {};
  const onlyGood = (request: HttpRequest): void => {
    if (new URL(request.url).host !== "good.test") throw new Error(`no ${request.url}`);
  };
  const follow = (http: HostHttp, request: HttpRequest, judge: (request: HttpRequest) => void) =>
    sendFollowing((hop) => http.send(hop), request, { follows: true, most: 10 }, judge);
  const post = {
    method: "POST",
    url: "https://good.test/a",
    headers: { authorization: "t", "content-type": "x" },
    body: "b",
  };

  test("judges each hop of a redirect", async () => {
    const { http, seen } = answering({ "https://good.test/a": { status: 302, location: "https://evil.test/" } });
    await expect(follow(http, post, onlyGood)).rejects.toThrow("no https://evil.test/");
    expect(seen).toHaveLength(1);
  });

  test("turns a redirected POST into a GET and keeps 307 as it is", async () => {
    const { http, seen } = answering({
      "https://good.test/a": { status: 302, location: "/b" },
      "https://good.test/c": { status: 307, location: "/d" },
    });
    await follow(http, post, onlyGood);
    expect(seen[1]).toMatchObject({ method: "GET", url: "https://good.test/b", headers: { authorization: "t" } });
    expect(seen[1]).not.toHaveProperty("body");
    await follow(http, { ...post, url: "https://good.test/c" }, onlyGood);
    expect(seen[3]).toMatchObject({ method: "POST", url: "https://good.test/d", body: "b" });
  });

  test("gives no credentials to another origin, and does not follow for ever", async () => {
    const { http, seen } = answering({ "https://good.test/a": { status: 302, location: "https://other.test/" } });
    await follow(http, post, anywhere);
    expect(seen[1]?.headers).toEqual({});
    const loop = answering({ "https://good.test/a": { status: 307, location: "/a" } });
    await expect(follow(loop.http, post, onlyGood)).rejects.toThrow("too many redirects");
  });

  test.each(["file:///etc/passwd", "ftp://good.test/x", "data:,x", "http://[bad"])(
    "does not go to %s",
    async (location) => {
      const { http, seen } = answering({ "https://good.test/a": { status: 302, location } });
      expect((await follow(http, post, anywhere)).status).toBe(302);
      expect(seen).toHaveLength(1);
    },
  );
});
