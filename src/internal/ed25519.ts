import { bytesToHex, hexToBytes, utf8ToBytes } from "@noble/hashes/utils.js";

const ALGORITHM = "Ed25519";

/** Signs the UTF-8 form of a text with a private key of Web Crypto; the signature in hexadecimal. */
export async function signEd25519(key: CryptoKey, text: string): Promise<string> {
  return bytesToHex(new Uint8Array(await crypto.subtle.sign(ALGORITHM, key, bytesOf(text))));
}

/** Whether a text has this signature; a signature that cannot be read is none. */
export async function isSignedEd25519(key: CryptoKey, text: string, signature: string): Promise<boolean> {
  if (!/^[0-9a-f]{128}$/.test(signature)) return false;
  return crypto.subtle.verify(ALGORITHM, key, Uint8Array.from(hexToBytes(signature)), bytesOf(text));
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(utf8ToBytes(text));
}
