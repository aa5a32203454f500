import { type ServiceKey, serviceKey } from "../../builtin/index.ts";
import type { ModelReply, ModelRequest } from "../model.ts";

/** Sees the model calls of the tasks it is set for, and may answer them from what it keeps. */
export interface ReplyCache {
  find(request: ModelRequest): ModelReply | undefined;
  keep(request: ModelRequest, reply: ModelReply): void;
}

export const replyCache: ServiceKey<ReplyCache> = serviceKey<ReplyCache>("model reply cache");
