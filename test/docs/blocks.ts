/** The fenced blocks of a language in a document. */
export function blocks(document: string, language: string): string[] {
  return [...document.matchAll(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``, "g"))].map(
    (match) => match[1] ?? "",
  );
}
