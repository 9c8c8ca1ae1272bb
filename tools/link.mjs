#!/usr/bin/env node
// Links the release for tools/split.mjs: the linker's own work, with its notes of what points to what, and then every
// place of the table is counted from TABLE_BASE, so that in code it is told from any other number. The compiler calls
// it as its linker; POSYANDU_LINKER names the real one.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { TABLE_BASE, countedFrom } from "./objects.mjs";

const args = process.argv.slice(2);
const file = args[args.indexOf("-o") + 1];
// The app alone is parted.
const isApp = /\/posyandu-\w+\.wasm$/.test(file);
const more = isApp ? ["--emit-relocs"] : [];
const { status, error } = spawnSync(process.env.POSYANDU_LINKER || "rust-lld", [...args, ...more], { stdio: "inherit" });
if (error) throw error;
if (status === 0 && isApp) writeFileSync(file, countedFrom(readFileSync(file), TABLE_BASE));
process.exitCode = status ?? 1;
