/** Stands where a secret was. */
export const REDACTED = "[redacted]";

/** How much of a text is looked at: more is never recorded. */
const LONGEST = 1_024;

/** What secrets look like. Each pattern is linear on any text: no repetition can be read in two ways. */
const SECRETS: readonly RegExp[] = [
  /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[^-]*(?:-----END [A-Z ]{0,40}PRIVATE KEY-----)?/g,
  /\beyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)?/g,
  /\b(?:Bearer|Basic|Digest|token) +[\w.~+/=-]{8,}/gi,
  /\b(?:sk|pk|rk|xox[a-z]|gh[a-z]|glpat|github_pat|hf|npm|pypi|whsec|shpat|dop_v1)[-_][\w-]{8,}/g,
  /\b(?:AKIA|ASIA)[A-Z0-9]{12,}/g,
  /\bAIza[\w-]{20,}/g,
];

/** `name=value` and `"name": "value"` where the name says that the value is secret. */
const NAMED =
  /\b((?:[\w-]{0,40}(?:passw(?:or)?d|passphrase|secret|token|api[-_]?key|private[-_]?key|credential)[\w-]{0,40}|authorization)["']?\s{0,3}[=:]\s{0,3}["']?)([^\s"'&,;]+)/gi;

/** The userinfo of a URL. */
const USERINFO = /\b([a-z][a-z0-9+.-]{0,30}:\/\/)[^\s/?#@]{1,256}@/gi;

const SECRET_NAME =
  /passw(?:or)?d|passphrase|secret|token|api[-_]?key|private[-_]?key|credential|authorization|cookie|session[-_]?id|^(?:pin|otp|cvv|cvc|pan)$/i;

/** A text of ours or of an error without what looks like a secret in it; cut at 1,024 characters. */
export function redactText(text: string): string {
  let clean = text.slice(0, LONGEST);
  for (const secret of SECRETS) clean = clean.replace(secret, REDACTED);
  return clean.replace(USERINFO, `$1${REDACTED}@`).replace(NAMED, `$1${REDACTED}`);
}

/** Whether a value must not be recorded although its path was asked for: by the name it stands under, or by its looks. */
export function looksSecret(name: string, value: unknown): boolean {
  if (SECRET_NAME.test(name)) return true;
  if (typeof value !== "string") return false;
  const start = value.slice(0, LONGEST);
  return redactText(start) !== start;
}
