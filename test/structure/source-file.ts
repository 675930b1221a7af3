import { readdirSync, readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { posix } from "node:path";
import ts from "typescript";

/** A source file by its path below `src/`, with forward slashes. */
export interface SourceFile {
  readonly file: string;
  readonly source: string;
}

/** What a file imports: `policy/parse.ts` (own), `npm:zod` (package), `node:fs` (built-in), `computed:` or `outside:`. */
export interface Import {
  readonly target: string;
  readonly line: number;
}

/** A construct that imports cannot show: `export *`, `any`, `console` and their like. */
export interface Construct {
  readonly kind: ConstructKind;
  readonly line: number;
}

export type ConstructKind = "export *" | "default export" | "console" | "code generation" | "any" | "environment";

const globals: ReadonlyMap<string, ConstructKind> = new Map([
  ["console", "console"],
  ["eval", "code generation"],
  ["Function", "code generation"],
  ["process", "environment"],
]);

const isGlobalObject = (node: ts.Expression): boolean =>
  ts.isIdentifier(node) && ["globalThis", "self", "window", "global"].includes(node.text);

/** A name that declares or labels something, and so does not read the global of the same name. */
function isLabel(node: ts.Identifier): boolean {
  const parent = node.parent;
  if (ts.isPropertyAccessExpression(parent)) return parent.name === node && !isGlobalObject(parent.expression);
  if (ts.isQualifiedName(parent)) return parent.right === node;
  if (ts.isTypeReferenceNode(parent) || ts.isBindingElement(parent)) return false;
  return "name" in parent && parent.name === node && !ts.isShorthandPropertyAssignment(parent);
}

function specifierTarget(file: string, specifier: string): string {
  if (specifier.startsWith(".")) {
    const path = posix.normalize(posix.join(posix.dirname(file), specifier)).replace(/\.[cm]?js$/, ".ts");
    return path.startsWith("..") ? `outside:${path}` : path;
  }
  if (isBuiltin(specifier)) return specifier.startsWith("node:") ? specifier : `node:${specifier}`;
  return `npm:${specifier}`;
}

function moduleExpression(node: ts.Node): ts.Node | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return node.moduleSpecifier;
  if (ts.isExternalModuleReference(node)) return node.expression;
  if (ts.isImportTypeNode(node)) return ts.isLiteralTypeNode(node.argument) ? node.argument.literal : node.argument;
  if (ts.isModuleDeclaration(node) && ts.isStringLiteral(node.name)) return node.name;
  if (!ts.isCallExpression(node)) return undefined;
  const callee = node.expression;
  const loads =
    callee.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(callee) && callee.text === "require") === true;
  return loads ? (node.arguments[0] ?? callee) : undefined;
}

function constructKind(node: ts.Node): ConstructKind | undefined {
  if (node.kind === ts.SyntaxKind.AnyKeyword) return "any";
  if (ts.isExportAssignment(node) || node.kind === ts.SyntaxKind.DefaultKeyword) {
    return ts.isDefaultClause(node.parent) ? undefined : "default export";
  }
  if (ts.isExportSpecifier(node) && node.name.text === "default") return "default export";
  if (ts.isExportDeclaration(node) && (node.exportClause === undefined || ts.isNamespaceExport(node.exportClause))) {
    return "export *";
  }
  if (ts.isIdentifier(node) && !isLabel(node)) return globals.get(node.text);
  if (ts.isStringLiteral(node) && ts.isElementAccessExpression(node.parent)) {
    return isGlobalObject(node.parent.expression) ? globals.get(node.text) : undefined;
  }
  return undefined;
}

/** Every import of a file, type-only and dynamic ones included, and every construct the rules speak of. */
export function readSource({ file, source }: SourceFile): { imports: Import[]; constructs: Construct[] } {
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true);
  const imports: Import[] = [];
  const constructs: Construct[] = [];
  const lineOf = (position: number): number => tree.getLineAndCharacterOfPosition(position).line + 1;

  for (const reference of [...tree.referencedFiles, ...tree.typeReferenceDirectives, ...tree.libReferenceDirectives]) {
    imports.push({ target: `npm:${reference.fileName}`, line: lineOf(reference.pos) });
  }
  const visit = (node: ts.Node): void => {
    const line = lineOf(node.getStart(tree));
    const module = moduleExpression(node);
    if (module !== undefined) {
      const literal = ts.isStringLiteralLike(module);
      imports.push({ target: literal ? specifierTarget(file, module.text) : "computed:", line });
    }
    const kind = constructKind(node);
    if (kind !== undefined) constructs.push({ kind, line });
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return { imports, constructs };
}

/** The files of `src/` as they are on disk. */
export function readSourceTree(root: URL): SourceFile[] {
  return readdirSync(root, { recursive: true, encoding: "utf8" })
    .map((file) => file.replaceAll("\\", "/"))
    .filter((file) => /\.[cm]?[jt]sx?$/.test(file))
    .sort()
    .map((file) => ({ file, source: readFileSync(new URL(file, root), "utf8") }));
}
