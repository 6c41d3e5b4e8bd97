/** For which system a program was built, told by its first bytes. */
import { open } from "node:fs/promises";

/** Processors, by the numbers that the three formats have for them, in Node's words. */
const ELF: Record<number, string> = { 3: "ia32", 40: "arm", 62: "x64", 183: "arm64", 243: "riscv64" };
const MACH_O: Record<number, string> = { 0x01000007: "x64", 0x0100000c: "arm64" };
const PE: Record<number, string> = { 0x014c: "ia32", 0x8664: "x64", 0xaa64: "arm64" };

/** As much of a file as has to be read. */
const HEAD = 4096;

/** The system that a program was built for, such as `linux arm64`; nothing for a script, or what is built for several. */
export async function builtFor(program: string): Promise<string | undefined> {
  const file = await open(program, "r");
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD), 0, HEAD, 0);
    return system(buffer.subarray(0, bytesRead));
  } finally {
    await file.close();
  }
}

function system(head: Buffer): string | undefined {
  if (head.length < 64) {
    return undefined;
  }
  if (head.readUInt32BE(0) === 0x7f454c46) {
    const isLittle = head[5] === 1;
    return named("linux", ELF, isLittle ? head.readUInt16LE(18) : head.readUInt16BE(18));
  }
  if (head.readUInt32LE(0) === 0xfeedfacf) {
    return named("darwin", MACH_O, head.readUInt32LE(4));
  }
  if (head.toString("latin1", 0, 2) === "MZ") {
    const at = head.readUInt32LE(60);
    return at + 6 <= head.length ? named("win32", PE, head.readUInt16LE(at + 4)) : undefined;
  }
  return undefined;
}

function named(platform: string, processors: Record<number, string>, number: number): string {
  return `${platform} ${processors[number] ?? "for another processor"}`;
}
