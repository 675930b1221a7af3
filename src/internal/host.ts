/** A host that a URL may go to: exactly, or any below it; with a port where it is not the scheme's own. */
export interface HostPattern {
  readonly host: string;
  /** `*.example.com`: any name below, at any depth, but not `example.com`. */
  readonly below: boolean;
  /** `""` for the default port of the scheme. */
  readonly port: string;
}

const NAME = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/;
const PORT = /^[1-9][0-9]{0,4}$/;

/** Reads `example.com`, `*.example.com`, `example.com:8443`, `127.0.0.1`, `[::1]:8080`, in lower case. */
export function parseHostPattern(text: string): HostPattern | undefined {
  const below = text.startsWith("*.");
  const rest = below ? text.slice(2) : text;
  const colon = rest.startsWith("[") ? rest.indexOf(":", rest.indexOf("]")) : rest.indexOf(":");
  const host = colon === -1 ? rest : rest.slice(0, colon);
  const port = colon === -1 ? "" : rest.slice(colon + 1);
  if (port !== "" || colon !== -1) {
    if (!PORT.test(port) || Number(port) > 65_535) return undefined;
  }
  const canonical = canonicalHost(host);
  if (canonical === undefined || canonical !== host || (below && isAddress(host))) return undefined;
  return { host, below, port };
}

/**
 * The host and port of an http or https URL, or `undefined` for anything that two programs may read differently:
 * userinfo, another scheme, a trailing dot, an address not in canonical form, white space, backslashes, a host that
 * parsing changes.
 */
export function urlHost(text: string): { readonly host: string; readonly port: string } | undefined {
  if (/[\s\\\p{Cc}]/u.test(text)) return undefined;
  const written = /^https?:\/\/([^/?#]*)/i.exec(text)?.[1];
  // Beyond ASCII, letters that look or fold alike are another host to somebody.
  if (written === undefined || !/^[\x21-\x7e]*$/.test(written) || written.includes("@")) return undefined;
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return undefined;
  }
  if (url.username !== "" || url.password !== "") return undefined;
  const host = url.hostname;
  // The host as it is written must be the one that parsing finds, save for the case of letters.
  const spelled = written.toLowerCase().replace(/:[0-9]*$/, "");
  if (spelled !== host || canonicalHost(host) !== host) return undefined;
  return { host, port: url.port };
}

/** A name with a part in Punycode: whether it is a valid one, runtimes disagree. */
export function isEncodedName(host: string): boolean {
  return host.startsWith("xn--") || host.includes(".xn--");
}

export function matchesHost(
  { host, port }: { readonly host: string; readonly port: string },
  pattern: HostPattern,
): boolean {
  if (port !== pattern.port) return false;
  return pattern.below ? host.endsWith(`.${pattern.host}`) : host === pattern.host;
}

/** The host as the URL standard writes it; `undefined` for what is no host of ours. */
function canonicalHost(host: string): string | undefined {
  if (host.startsWith("[") ? !host.endsWith("]") : !NAME.test(host)) return undefined;
  try {
    return new URL(`http://${host}/`).hostname;
  } catch {
    return undefined;
  }
}

function isAddress(host: string): boolean {
  return host.startsWith("[") || /^[0-9.]+$/.test(host);
}
