import { type CommandInput, type CommandType, isCommandType } from '../../../domain/commands/index.ts';
import { createCommandReader, type Input } from './command-input.ts';
import type { Operation, Place } from './openapi.ts';
import { invalid, invalidAt } from './problem.ts';
import { createRequestValidator } from './request-validator.ts';
import type { UserCall } from './route.ts';

/** A request to preview a command: the command, and beside it what its own operation takes in path and body. */
type PreviewBody = { readonly command: string } & Input;

type Read = (call: UserCall, members: Input) => CommandInput;

const namesInPath = ({ parameters = [] }: Operation): readonly string[] =>
  parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name);

/** Reads and checks the members exactly as the operation of the command does. */
function createRead(place: Place, type: CommandType): Read {
  const { operation } = place;
  const { read } = createCommandReader(place);
  const validate = createRequestValidator(operation);
  const inPath = namesInPath(operation);
  return (call, members) => {
    const path = Object.fromEntries(inPath.flatMap((name) => (name in members ? [[name, String(members[name])]] : [])));
    const body = Object.fromEntries(Object.entries(members).filter(([name]) => !inPath.includes(name)));
    if (operation.requestBody === undefined && Object.keys(body).length > 0)
      throw invalid(`${type} takes no fields`, [{ param: 'body', message: 'must have no field but command' }]);
    const valid = validate({ params: path, query: {}, headers: {} }, body);
    const input = read({ ...call, path: valid.path, body: valid.body, header: () => undefined });
    return { ...input, userId: call.user.id, type } as CommandInput;
  };
}

/** The reader of previews: of every command that subscribers may give. */
export function createPreviewReader(places: readonly Place[]): (call: UserCall) => CommandInput {
  const readers = new Map<string, Read>();
  for (const place of places) {
    const { 'x-command': type, 'x-access': access } = place.operation;
    if (access === 'user' && isCommandType(type)) readers.set(type, createRead(place, type));
  }
  return (call) => {
    const { command, ...members } = call.body as PreviewBody;
    const read = readers.get(command);
    if (read === undefined) throw invalidAt('body/command', `must be one of ${[...readers.keys()].join(', ')}`);
    return read(call, members);
  };
}
