/** The code blocks of a page in one language. */
export const blocksOf = (page: string, language: string): readonly string[] =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(([, block = '']) => block);

const named = /`((?:npm|kubectl|kafka-[a-z-]+\.sh) [^`]+)`/g;

/** Every command of a page: the lines of its blocks without their comments, and what a sentence names. */
export const commandsIn = (page: string): readonly string[] => [
  ...blocksOf(page, 'sh').flatMap((block) =>
    block
      .replaceAll('\\\n', ' ')
      .split('\n')
      .map((line) => line.replace(/ +# .*$/, ''))
      .filter((line) => line !== ''),
  ),
  ...[...page.replaceAll(/^```[\s\S]*?^```$/gm, '').matchAll(named)].map(([, command = '']) =>
    command.replaceAll('\n', ' '),
  ),
];
