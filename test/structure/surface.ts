import { fileURLToPath } from "node:url";
import ts from "typescript";

const repository = fileURLToPath(new URL("../../", import.meta.url));

export interface Difference {
  /** Pinned, and no longer there. */
  readonly missing: readonly string[];
  /** There, and not pinned. */
  readonly extra: readonly string[];
}

/** Holds what is there against the pinned list; the order of neither matters. */
export function difference(pinned: readonly string[], actual: readonly string[]): Difference {
  return {
    missing: pinned.filter((name) => !actual.includes(name)),
    extra: actual.filter((name) => !pinned.includes(name)),
  };
}

/** The surface of modules as the compiler sees it, types included. */
export interface Surface {
  /** Every name that the module at `file` (a path below the repository) exports, sorted. */
  names(file: string): string[];
  /** The string literals of a union named `type` in `file`, or of that property of every member of it. */
  literals(file: string, type: string, property?: string): string[];
}

function stringLiterals(type: ts.Type): string[] {
  if (type.isUnion()) return type.types.flatMap(stringLiterals);
  if (type.isStringLiteral()) return [type.value];
  // A pattern such as `${number}s` is known by its texts.
  if (type.flags & ts.TypeFlags.TemplateLiteral) return [(type as ts.TemplateLiteralType).texts.join("…")];
  throw new Error("the type is not a union of string literals");
}

/** Compiles `files` (paths below the repository) as the package is compiled. */
export function readSurface(files: readonly string[]): Surface {
  const config = ts.readConfigFile(`${repository}tsconfig.json`, ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, repository);
  const program = ts.createProgram(
    files.map((file) => repository + file),
    options,
  );
  const checker = program.getTypeChecker();

  const exported = (file: string): ts.Symbol[] => {
    const source = program.getSourceFile(repository + file);
    const module = source && checker.getSymbolAtLocation(source);
    if (module === undefined) throw new Error(`no module at ${file}`);
    return checker.getExportsOfModule(module);
  };

  return {
    names: (file) =>
      exported(file)
        .map((symbol) => symbol.name)
        .sort(),
    literals: (file, name, property) => {
      const symbol = exported(file).find((candidate) => candidate.name === name);
      if (symbol === undefined) throw new Error(`${file} exports no ${name}`);
      const alias = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
      const type = checker.getDeclaredTypeOfSymbol(alias);
      const members = type.isUnion() ? type.types : [type];
      const held = property === undefined ? [type] : members.map((member) => propertyType(checker, member, property));
      return [...new Set(held.flatMap(stringLiterals))].sort();
    },
  };
}

function propertyType(checker: ts.TypeChecker, type: ts.Type, property: string): ts.Type {
  const symbol = checker.getPropertyOfType(type, property);
  if (symbol === undefined) throw new Error(`${checker.typeToString(type)} has no property ${property}`);
  return checker.getTypeOfSymbol(symbol);
}
