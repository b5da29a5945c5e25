import { measured } from './measured.ts';
import { unpackMembers } from './unpack-members.ts';

// Inflates every member with Node's zlib and counts newlines: what no parser in Node's streams can be faster than.
// `node inflate-and-count.js ARCHIVE`
await measured(async () => {
  let lines = 0;
  let unpackedBytes = 0;
  for await (const member of unpackMembers(String(process.argv[2]))) {
    for await (const chunk of member) {
      unpackedBytes += chunk.length;
      for (let at = chunk.indexOf(0x0a); at !== -1; at = chunk.indexOf(0x0a, at + 1)) lines += 1;
    }
  }
  if (lines === 0) throw new Error('the archive has no lines');
  return unpackedBytes;
});
