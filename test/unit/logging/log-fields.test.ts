import { globSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import ts from 'typescript';
import { loggedFields } from '../../../src/adapters/logging/log-fields.ts';

const levels = new Set(['error', 'warn', 'info', 'debug']);

const isLogCall = (node: ts.Node): node is ts.CallExpression =>
  ts.isCallExpression(node) &&
  ts.isPropertyAccessExpression(node.expression) &&
  levels.has(node.expression.name.text) &&
  /(?:^|\.)log$/i.test(node.expression.expression.getText());

function namesIn(fields: ts.Expression | undefined): readonly string[] {
  if (fields === undefined || !ts.isObjectLiteralExpression(fields)) return [];
  return fields.properties.flatMap(({ name }) => (name === undefined ? [] : [name.getText().replaceAll(/['"]/g, '')]));
}

function fieldsLoggedIn(file: string): readonly string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (isLogCall(node)) for (const name of namesIn(node.arguments[1])) found.push(`${name} (${file})`);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true));
  return found;
}

test('every field that the code logs is on the list, so that none is dropped in silence', () => {
  const files = ['src', 'consumers', 'jobs'].flatMap((room) => globSync(`${room}/**/*.ts`));
  expect(files.length).toBeGreaterThan(20);
  const unlisted = files.flatMap(fieldsLoggedIn).filter((found) => !loggedFields.has(found.split(' ')[0] ?? ''));
  expect(unlisted).toEqual([]);
});
