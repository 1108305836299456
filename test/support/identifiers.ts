import ts from 'typescript';

const parse = (text: string): ts.SourceFile => ts.createSourceFile('source.ts', text, ts.ScriptTarget.Latest);

/** Every name that a source declares or uses, once; strings and comments are not names. */
export function identifiersIn(text: string): ReadonlySet<string> {
  const names = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) names.add(node.text);
    ts.forEachChild(node, visit);
  };
  visit(parse(text));
  return names;
}

/** Every comment of a source, in order: the text between its tokens. */
export function commentsIn(text: string): string {
  const source = parse(text);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const children = node.getChildren(source).filter((child) => !ts.isJSDoc(child));
    if (children.length === 0) found.push(text.slice(node.getFullStart(), node.getStart(source)).trim());
    children.forEach(visit);
  };
  visit(source);
  return found.filter((trivia) => trivia !== '').join('\n');
}
