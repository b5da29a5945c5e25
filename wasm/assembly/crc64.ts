/**
 * CRC-64/NVME, sixteen bytes at a time (slicing). JavaScript writes the bytes where `room` says.
 * Source: NVM Express NVM Command Set Specification 1.0c, 5.2.1.3.4; slicing: Kounavis and Berry, 2005.
 */

/** The polynomial, its lowest power in the highest bit. */
const POLYNOMIAL: u64 = 0x9a6c9329ac4bc9b5;
const SLICES: u32 = 16;

/** For each slice and each byte, what the byte adds to the sum when so many bytes follow it. */
const tables: usize = memory.data(16 * 256 * 8, 16);
const buffer: usize = (__heap_base + 63) & ~63;
const PAGE: usize = 65536;

let crc: u64 = ~0;

for (let byte: u32 = 0; byte < 256; byte += 1) {
  let sum: u64 = byte;
  for (let bit = 0; bit < 8; bit += 1) sum = (sum >> 1) ^ ((sum & 1) * POLYNOMIAL);
  store<u64>(tables + byte * 8, sum);
}
for (let slice: u32 = 1; slice < SLICES; slice += 1) {
  for (let byte: u32 = 0; byte < 256; byte += 1) {
    const sum = entry(slice - 1, byte);
    store<u64>(tables + (slice * 256 + byte) * 8, entry(0, (<u32>sum) & 0xff) ^ (sum >> 8));
  }
}

/** Makes room for so many bytes, and returns where they are to be written; 0 when there is no memory for them. */
export function room(bytes: usize): usize {
  const pages = <i32>((buffer + bytes + PAGE - 1) / PAGE) - memory.size();
  return pages > 0 && memory.grow(pages) < 0 ? 0 : buffer;
}

/** Begins a sum, or goes on with one. */
export function begin(sum: u64): void {
  crc = ~sum;
}

/** Adds so many of the bytes that were written, and returns the sum of all bytes since `begin`. */
export function add(bytes: usize): u64 {
  let sum = crc;
  let at = buffer;
  const end = buffer + bytes;
  for (; at + 16 <= end; at += 16) {
    const low = load<u64>(at) ^ sum;
    const high = load<u64>(at, 8);
    sum = eight(low, 8) ^ eight(high, 0);
  }
  for (; at < end; at += 1) sum = entry(0, ((<u32>sum) ^ load<u8>(at)) & 0xff) ^ (sum >> 8);
  crc = sum;
  return ~sum;
}

/** What eight bytes add to the sum when so many bytes follow them. */
function eight(bytes: u64, following: u32): u64 {
  const low = <u32>bytes;
  const high = <u32>(bytes >> 32);
  return (
    entry(following + 7, low & 0xff) ^
    entry(following + 6, (low >> 8) & 0xff) ^
    (entry(following + 5, (low >> 16) & 0xff) ^ entry(following + 4, low >> 24)) ^
    (entry(following + 3, high & 0xff) ^
      entry(following + 2, (high >> 8) & 0xff) ^
      (entry(following + 1, (high >> 16) & 0xff) ^ entry(following, high >> 24)))
  );
}

function entry(slice: u32, byte: u32): u64 {
  return load<u64>(tables + ((slice << 8) + byte) * 8);
}
