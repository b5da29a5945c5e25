import { copyFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import type { Report } from '../report.ts';
import { fromCache } from './cached-binary.ts';
import { fromDebianPackage } from './debian-package.ts';
import { onPath } from './executables.ts';
import { findTool } from './find-tool.ts';

/** Debian has one version in each of its releases: the machine's own decides. */
const unpacked = { name: 'prometheus', version: 'from-debian' };

const debianPackage = { name: 'prometheus', megabytes: 30 };

/**
 * The absolute path of the Prometheus server: on PATH, a cached copy, or one fetched with apt.
 * @throws ToolMissing when no way works
 */
export async function findPrometheus(report: Report): Promise<string> {
  return find('prometheus', report);
}

/**
 * The absolute path of promtool, which checks and tests rules, found in the same way.
 * @throws ToolMissing when no way works
 */
export async function findPromtool(report: Report): Promise<string> {
  return find('promtool', report);
}

/**
 * PyPI and npm have no package with these programs, and "go install" refuses their module because of its `replace`
 * directives.
 */
async function find(program: 'prometheus' | 'promtool', report: Report): Promise<string> {
  const besideServer = (path: string): string => join(dirname(path), program);
  return findTool(
    program,
    [
      { name: `${program} on PATH`, find: () => onPath(program) },
      { name: 'a cached copy', find: async () => besideServer(await fromCache(unpacked)) },
      { name: 'apt (package prometheus)', find: async () => besideServer(await fetchWithApt(report)) },
    ],
    'Install Prometheus 2.42 or later and put prometheus and promtool on PATH; on Debian and Ubuntu, apt-get on PATH is enough: they are fetched.',
  );
}

async function fetchWithApt(report: Report): Promise<string> {
  return fromDebianPackage(unpacked, debianPackage, install, report);
}

async function install(files: string, path: string): Promise<void> {
  await copyFile(join(files, 'usr/bin/prometheus'), path);
  await copyFile(join(files, 'usr/bin/promtool'), join(dirname(path), 'promtool'));
}
