import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { test } from "node:test";
import { builtFor } from "../src/executable.ts";
import { find, version, type Surroundings } from "../src/program.ts";

const BUNDLED = "/ext/bin/provender";

function choose(files: string[], more: Partial<Surroundings> = {}) {
  const found = find({
    setting: "",
    bundled: BUNDLED,
    searched: "/usr/bin:relative/bin::/work/project/node_modules/.bin",
    home: "/home/me",
    folders: ["/work/project"],
    trusted: true,
    windows: false,
    isFile: (file) => files.includes(file),
    ...more,
  });
  return "program" in found ? `${found.from} ${found.program}` : found.problem;
}

test("the setting goes before the bundled program, and that before PATH", () => {
  const all = ["/opt/provender", BUNDLED, "/usr/bin/provender"];
  assert.equal(choose(all, { setting: "/opt/provender" }), "setting /opt/provender");
  assert.equal(choose(all), `bundled ${BUNDLED}`);
  assert.equal(choose(["/usr/bin/provender"]), "PATH /usr/bin/provender");
  assert.match(choose([]), /none is on `PATH`/);
});

test("a setting that leads nowhere is said, and nothing else is run in its place", () => {
  assert.match(choose([BUNDLED], { setting: "/opt/provender" }), /names `\/opt\/provender`, and there is no such file/);
  assert.match(choose([BUNDLED], { setting: "provender-next" }), /no such program is on `PATH`/);
});

test("home, workspace folder and names on PATH are understood", () => {
  for (const [setting, file] of [
    ["~/bin/provender", "/home/me/bin/provender"],
    ["${workspaceFolder}/tools/provender", "/work/project/tools/provender"],
    ["./tools/provender", "/work/project/tools/provender"],
    ["provender-next", "/usr/bin/provender-next"],
  ]) {
    assert.equal(choose([file], { setting }), `setting ${file}`);
  }
});

test("nothing of a folder that is not trusted is run", () => {
  const own = "/work/project/node_modules/.bin/provender";
  for (const setting of [own, "./node_modules/.bin/provender", "${workspaceFolder}/node_modules/.bin/provender"]) {
    assert.equal(choose([own, BUNDLED], { setting, trusted: false }), `bundled ${BUNDLED}`);
    assert.equal(choose([own, BUNDLED], { setting }), `setting ${own}`);
  }
  assert.equal(choose([own]), `PATH ${own}`);
  assert.match(choose([own], { trusted: false }), /none is on `PATH`/);
});

test("an entry of PATH that means another folder each time is passed over", () => {
  assert.match(choose(["relative/bin/provender", "provender"]), /none is on `PATH`/);
});

test("what is wrong with a program is said", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "provender-"));
  const program = (name: string, text: string, mode = 0o755) => {
    const file = path.join(folder, name);
    writeFileSync(file, text);
    chmodSync(file, mode);
    return file;
  };
  assert.equal(await version(program("good", "#!/bin/sh\necho provender 1.2.3\n"), folder), "1.2.3");
  const cases: [string, string, number, RegExp][] = [
    ["other", "#!/bin/sh\necho something 1\n", 0o755, /is another program/],
    ["fails", "#!/bin/sh\nexit 3\n", 0o755, /ended with code 3/],
    ["plain", "#!/bin/sh\necho provender 1\n", 0o644, /not executable/],
    ["foreign", "#!/no/such/loader\n", 0o755, /built for another system/],
  ];
  for (const [name, text, mode, wanted] of cases) {
    await assert.rejects(version(program(name, text, mode), folder), wanted);
  }
});

test("a program for another system or processor is told by its first bytes", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "provender-"));
  const elf = (machine: number) => Buffer.concat([Buffer.from("\x7fELF\x02\x01\x01", "latin1"), Buffer.alloc(11), Buffer.from([machine, 0]), Buffer.alloc(80)]);
  const macho = Buffer.concat([Buffer.from([0xcf, 0xfa, 0xed, 0xfe, 0x0c, 0, 0, 1]), Buffer.alloc(80)]);
  const pe = Buffer.concat([Buffer.from("MZ"), Buffer.alloc(58), Buffer.from([64, 0, 0, 0]), Buffer.from("PE\0\0"), Buffer.from([0x64, 0x86]), Buffer.alloc(40)]);
  const cases: [string, Buffer, string][] = [
    ["riscv", elf(243), "linux riscv64"],
    ["unheard-of", elf(77), "linux for another processor"],
    ["mac", macho, "darwin arm64"],
    ["windows", pe, "win32 x64"],
  ];
  for (const [name, bytes, wanted] of cases) {
    const file = path.join(folder, name);
    writeFileSync(file, bytes, { mode: 0o755 });
    assert.equal(await builtFor(file), wanted);
    const here = `this system is ${process.platform} ${process.arch}`;
    await assert.rejects(version(file, folder), (error: Error) => error.message.includes(`it was built for ${wanted}, and ${here}`));
  }
  for (const [name, text] of [["script", "#!/bin/sh\nexit 0\n"], ["short", "x"]]) {
    const file = path.join(folder, name);
    writeFileSync(file, text);
    assert.equal(await builtFor(file), undefined);
  }
});
