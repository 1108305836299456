/** The code blocks of a page in one language. */
export const blocksOf = (page: string, language: string): readonly string[] =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(([, block = '']) => block);

/** The commands of a page's blocks, without their comments. */
export const commandsInBlocks = (page: string): readonly string[] =>
  blocksOf(page, 'sh').flatMap((block) =>
    block
      .replaceAll('\\\n', ' ')
      .split('\n')
      .map((line) => line.replace(/ +# .*$/, ''))
      .filter((line) => line !== ''),
  );

const named = /`((?:npm|kubectl|kafka-[a-z-]+\.sh) [^`]+)`/g;

/** Every command of a page: those of its blocks, and what a sentence names. */
export const commandsIn = (page: string): readonly string[] => [
  ...commandsInBlocks(page),
  ...[...page.replaceAll(/^```[\s\S]*?^```$/gm, '').matchAll(named)].map(([, command = '']) =>
    command.replaceAll('\n', ' '),
  ),
];
