import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/** A service of docker-compose.yml, as far as we look at it. */
interface ComposeService {
  image?: string;
  build?: string | { target: string };
  environment?: Record<string, string>;
  healthcheck?: { test: string[] };
  restart?: string;
  network_mode?: string;
  read_only?: boolean;
  stop_grace_period?: string;
  profiles?: string[];
  depends_on?: Record<string, { condition: string }>;
  ports?: string[];
  secrets?: (string | { source: string; target: string })[];
}

export interface ComposeFile {
  services: Record<string, ComposeService>;
  secrets: Record<string, { file: string }>;
  configs: Record<string, { file: string }>;
}

export const readComposeFile = (path = 'docker-compose.yml'): ComposeFile =>
  parse(readFileSync(path, 'utf8'), { merge: true }) as ComposeFile;
