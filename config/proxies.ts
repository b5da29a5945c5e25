import { decoded } from '../core/decoded.ts';
import { HttpProxy, Proxies } from '../core/proxies.ts';
import { ConfigurationInvalid } from './errors.ts';

/** The variables that name a proxy, for http and for https addresses. The first one that is set is used. */
const HTTP = ['http_proxy', 'HTTP_PROXY', 'all_proxy', 'ALL_PROXY'];
const HTTPS = ['https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY'];

/**
 * Reads the proxies of an environment, as curl and most tools do. A value without a protocol is read as http.
 * @throws ConfigurationInvalid, which names the variables and never their values
 */
export function readProxies(env: NodeJS.ProcessEnv): Proxies {
  const problems = new Set<string>();
  const [http, https] = [HTTP, HTTPS].map((names) => {
    const variable = names.find((name) => env[name]?.trim());
    if (variable === undefined) return undefined;
    const proxy = readProxy(variable, env[variable]?.trim() ?? '');
    if (typeof proxy !== 'string') return proxy;
    problems.add(`${variable}: ${proxy}`);
    return undefined;
  });
  if (problems.size > 0) throw new ConfigurationInvalid([...problems]);
  return new Proxies(http, https, env['no_proxy']?.trim() || env['NO_PROXY']?.trim() || '');
}

/** The proxy that a variable's text names, or the problem with the text. */
function readProxy(variable: string, text: string): HttpProxy | string {
  const address = text.includes('://') ? text : `http://${text}`;
  const form = 'write http://host:port or http://user:password@host:port';
  if (/^socks/i.test(address)) return `only HTTP proxies can be used, not SOCKS; ${form}`;
  if (!/^https?:/i.test(address) || !URL.canParse(address)) return form;
  const url = new URL(address);
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '')
    return `${form}; in user and password, write %2F, %3F, %23 and %40 for / ? # and @`;
  try {
    return new HttpProxy(variable, url);
  } catch {
    return 'a % in user or password begins a code such as %40; write %25 for the sign itself';
  }
}

/**
 * The user, the password, and both with the colon between them, from every proxy variable; encoded as written, and
 * decoded.
 */
export function proxySecrets(env: NodeJS.ProcessEnv): string[] {
  return [...new Set([...HTTP, ...HTTPS])].flatMap((name) => {
    // Also read from a misspelt address: the text before the last @ may hold a password.
    const [, pair = ''] = /^\s*(?:[a-z][a-z\d+.-]*:\/*)?(.*)@/is.exec(env[name] ?? '') ?? [];
    const [user = '', password = ''] = pair.split(/:(.*)/s);
    const parts = [user, password, pair].filter((part) => part !== '');
    return [...new Set([...parts, ...parts.map(decoded)])];
  });
}
