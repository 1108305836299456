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

/** The function that a call leads back to: `test` of `test.each(rows)('title', …)`. */
function calledBy(node: ts.Expression): string | null {
  if (ts.isCallExpression(node) || ts.isPropertyAccessExpression(node)) return calledBy(node.expression);
  return ts.isIdentifier(node) ? node.text : null;
}

const isText = (node: ts.Expression | undefined): node is ts.StringLiteralLike | ts.TemplateExpression =>
  node !== undefined && (ts.isStringLiteralLike(node) || ts.isTemplateExpression(node));

/** Every title of a test, without its quotes, in order. */
export function titlesIn(text: string): readonly string[] {
  const source = parse(text);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && ['describe', 'test', 'it'].includes(calledBy(node.expression) ?? '')) {
      const [title] = node.arguments;
      if (isText(title)) found.push(title.getText(source).slice(1, -1));
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}
