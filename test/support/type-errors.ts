import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import ts from 'typescript';

export type TypeError = { readonly file: string; readonly line: number; readonly code: number; readonly text: string };

/** Files by their path from the root of the project, with the text that replaces theirs. */
export type Changes = Readonly<Record<string, string>>;

/** The type checker over the project's own sources, with some of them changed in memory. */
export function createTypeChecker(
  rooms: readonly string[],
): (changes: Changes, files?: readonly string[]) => readonly TypeError[] {
  const root = process.cwd();
  const { config } = ts.readConfigFile('tsconfig.json', (path) => ts.sys.readFile(path)) as { config: object };
  const { options, fileNames } = ts.parseJsonConfigFileContent({ ...config, include: rooms }, ts.sys, root);
  let current: Changes = {};
  let round = 0;
  const changedRounds = new Map<string, number>();
  const textOf = (path: string): string | undefined => current[path.slice(root.length + 1)];
  const service = ts.createLanguageService({
    getCompilationSettings: () => options,
    getScriptFileNames: () => fileNames,
    getScriptVersion: (path) => String(changedRounds.get(path) ?? 0),
    getScriptSnapshot: (path) =>
      ts.sys.fileExists(path) ? ts.ScriptSnapshot.fromString(textOf(path) ?? readFileSync(path, 'utf8')) : undefined,
    getCurrentDirectory: () => root,
    getDefaultLibFileName: (settings) => ts.getDefaultLibFilePath(settings),
    fileExists: (path) => ts.sys.fileExists(path),
    readFile: (path) => ts.sys.readFile(path),
    directoryExists: (path) => ts.sys.directoryExists(path),
    getDirectories: (path) => ts.sys.getDirectories(path),
  });

  return (changes, files = fileNames.map((path) => path.slice(root.length + 1))) => {
    round += 1;
    for (const file of [...Object.keys(current), ...Object.keys(changes)]) changedRounds.set(resolve(file), round);
    current = changes;
    return files.flatMap((file) =>
      service.getSemanticDiagnostics(resolve(file)).map(({ start = 0, file: source, code, messageText }) => ({
        file,
        line: (source?.getLineAndCharacterOfPosition(start).line ?? 0) + 1,
        code,
        text: ts.flattenDiagnosticMessageText(messageText, ' '),
      })),
    );
  };
}
