export const nodeIds = [1, 2, 3] as const;
export type NodeId = (typeof nodeIds)[number];
export const nodeKinds = ['kafka', 'mongod'] as const;
export type NodeKind = (typeof nodeKinds)[number];
export type NodeName = `${NodeKind} ${NodeId}`;
