/** Source of identifiers: each answer is unguessable and never given twice. */
export type IdSource = () => string;

/** 128 random bits as 32 hexadecimal digits. */
export const randomId: IdSource = () => {
  let id = "";
  for (const byte of crypto.getRandomValues(new Uint8Array(16))) id += byte.toString(16).padStart(2, "0");
  return id;
};
