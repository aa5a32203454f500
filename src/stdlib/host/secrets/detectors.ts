/** Forms of secrets that providers document; patterns are in the language's own syntax of regular expressions. */
export interface Detector {
  readonly id: string;
  /** The tool whose rule set knows the form. */
  readonly source: string;
  readonly title: string;
  readonly pattern: string;
}

const awsKey = String.raw`\b(?:AKIA|ASIA|AGPA|AIDA|ANPA|AROA|AIPA)[A-Z0-9]{16}\b`;
const githubToken = String.raw`\bgh[pousr]_[A-Za-z0-9]{36,255}\b`;
const githubFineGrained = String.raw`\bgithub_pat_[A-Za-z0-9_]{20,255}\b`;
const gitlabToken = String.raw`\bglpat-[A-Za-z0-9_-]{20,255}\b`;
const npmToken = String.raw`\bnpm_[A-Za-z0-9]{36}\b`;
const openaiKey = String.raw`\bsk-[A-Za-z0-9_-]{20,255}\b`;
const slackToken = String.raw`\bxox[abprs]-[A-Za-z0-9-]{10,255}\b`;
const stripeKey = String.raw`\b[rs]k_(?:live|test)_[0-9A-Za-z]{16,255}\b`;

/** From the first line to the last. */
export const privateKeyBlock = String.raw`-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----[\s\S]*?-----END [A-Z0-9 ]*PRIVATE KEY-----`;

export const detectors: readonly Detector[] = [
  { id: "aws-access-key-id", source: "gitleaks", title: "AWS access key id", pattern: awsKey },
  { id: "github-token", source: "gitleaks", title: "GitHub token", pattern: githubToken },
  {
    id: "github-fine-grained-token",
    source: "gitleaks",
    title: "GitHub fine-grained personal access token",
    pattern: githubFineGrained,
  },
  { id: "gitlab-token", source: "detect-secrets", title: "GitLab personal access token", pattern: gitlabToken },
  { id: "npm-token", source: "detect-secrets", title: "npm access token", pattern: npmToken },
  { id: "openai-api-key", source: "detect-secrets", title: "OpenAI API key", pattern: openaiKey },
  { id: "slack-token", source: "trufflehog", title: "Slack token", pattern: slackToken },
  { id: "stripe-secret-key", source: "trufflehog", title: "Stripe secret or restricted key", pattern: stripeKey },
];

/** Patterns of `std/oauth/redaction` in the order in which they are listed. */
export const redactionPatterns: readonly (readonly [name: string, pattern: string])[] = [
  ["jwt", String.raw`\beyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+`],
  ["github_token", githubToken],
  ["github_pat_fine", githubFineGrained],
  ["slack_token", slackToken],
  ["aws_access_key", awsKey],
  ["gitlab_token", gitlabToken],
  ["npm_token", npmToken],
  ["openai_key", openaiKey],
  ["stripe_key", stripeKey],
  ["private_key_block", privateKeyBlock],
  ["bearer_token", String.raw`\bBearer [A-Za-z0-9._~+/=-]{16,}`],
];
