import type { CatalogPart } from "../builtin/index.ts";
import { compositionBuiltins } from "./composition/builtins.ts";
import { dataFormats } from "./data/builtins.ts";
import { flowBuiltins } from "./flow/builtins.ts";
import { calendarBuiltins } from "./host/calendar/calendar.ts";
import { compressionBuiltins } from "./host/compression/compression.ts";
import { cookieBuiltins } from "./host/cookies/cookies.ts";
import { cryptoBuiltins } from "./host/crypto/crypto.ts";
import { verifyJwtBuiltins } from "./host/crypto/verify-jwt.ts";
import { csvBuiltins } from "./host/csv.ts";
import { datetimeBuiltins } from "./host/datetime/datetime.ts";
import { gitBuiltins } from "./host/git/git.ts";
import { hostCallBuiltins } from "./host/host-calls.ts";
import { hostMockBuiltins } from "./host/host-mocks.ts";
import { httpClientBuiltins, httpStreamBuiltins } from "./host/http/client.ts";
import { eventClientBuiltins } from "./host/http/event-client.ts";
import { httpMockBuiltins } from "./host/http/mocks.ts";
import { httpResponseBuiltins } from "./host/http/response.ts";
import { httpServerBuiltins } from "./host/http/server.ts";
import { serverEventBuiltins } from "./host/http/server-events.ts";
import { httpServerTlsBuiltins } from "./host/http/server-tls.ts";
import { socketClientBuiltins } from "./host/http/socket-client.ts";
import { socketServerBuiltins } from "./host/http/socket-server.ts";
import { junitBuiltins } from "./host/junit.ts";
import { metadataBuiltins } from "./host/metadata/metadata.ts";
import { multipartBuiltins } from "./host/multipart/multipart.ts";
import { netPolicyBuiltins } from "./host/network/net-policy.ts";
import { oauthRegistrationBuiltins } from "./host/oauth/registration.ts";
import { oauthStorageBuiltins } from "./host/oauth/storage.ts";
import { observabilityBuiltins } from "./host/observability/builtins.ts";
import { postgresBuiltins } from "./host/postgres/postgres.ts";
import { projectBuiltins } from "./host/project/project.ts";
import { secretScanBuiltins } from "./host/secrets/scan.ts";
import { tokenRedactionBuiltins } from "./host/secrets/token-redaction.ts";
import { templateBuiltins } from "./host/template/template.ts";
import { testBenchBuiltins } from "./host/test-bench.ts";
import { tuiBuiltins } from "./host/tui/tui.ts";
import { visionBuiltins } from "./host/vision/ocr.ts";
import { webBuiltins } from "./host/web/web.ts";
import { jqBuiltins } from "./json/jq/builtins.ts";
import { schemaBuiltins } from "./json/schema/builtins.ts";
import { jsonStreamBuiltins } from "./json/stream/builtins.ts";

export { loadYamlReader } from "./data/builtins.ts";
export { readYaml } from "./data/yaml-reader.ts";

/** The builtins that few programs call: evaluated when the first of them is called, so that no start pays for them. */
export const lateStdlib: CatalogPart = {
  builtins: [
    ...calendarBuiltins,
    ...compositionBuiltins,
    ...compressionBuiltins,
    ...cookieBuiltins,
    ...flowBuiltins,
    ...gitBuiltins,
    ...junitBuiltins,
    ...metadataBuiltins,
    ...multipartBuiltins,
    ...oauthRegistrationBuiltins,
    ...oauthStorageBuiltins,
    ...observabilityBuiltins,
    ...postgresBuiltins,
    ...projectBuiltins,
    ...netPolicyBuiltins,
    ...secretScanBuiltins,
    ...tokenRedactionBuiltins,
    ...testBenchBuiltins,
    ...tuiBuiltins,
    ...visionBuiltins,
    ...webBuiltins,
    ...datetimeBuiltins,
    ...cryptoBuiltins,
    ...verifyJwtBuiltins,
    ...csvBuiltins,
    ...templateBuiltins,
    ...hostCallBuiltins,
    ...hostMockBuiltins,
    ...httpClientBuiltins,
    ...httpStreamBuiltins,
    ...httpMockBuiltins,
    ...httpResponseBuiltins,
    ...httpServerBuiltins,
    ...httpServerTlsBuiltins,
    ...serverEventBuiltins,
    ...eventClientBuiltins,
    ...socketClientBuiltins,
    ...socketServerBuiltins,
    ...[schemaBuiltins, jqBuiltins, jsonStreamBuiltins, dataFormats].flatMap(({ builtins = [] }) => builtins),
  ],
};
