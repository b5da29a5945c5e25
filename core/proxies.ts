import { readNoProxy, type NoProxy } from './no-proxy.ts';
import { Secret } from './secret.ts';

/** An HTTP proxy: its address and its credentials. */
export class HttpProxy {
  /** The variable that names it, for messages. */
  readonly variable: string;
  /** The protocol, host name and port of the proxy itself; an IPv6 address without brackets. */
  readonly protocol: 'http:' | 'https:';
  readonly hostname: string;
  readonly port: number;
  /** User and password, if there are any. */
  readonly credentials: { readonly user: string; readonly password: Secret } | undefined;
  /** The secrets that messages must not show: a proxy may repeat them in its answer. */
  readonly secrets: readonly string[];

  /** @throws URIError when a % in user or password does not begin a code such as %40 */
  constructor(variable: string, url: URL) {
    this.variable = variable;
    this.protocol = url.protocol === 'https:' ? 'https:' : 'http:';
    this.hostname = url.hostname.replace(/^\[|\]$/g, '');
    this.port = Number(url.port) || (this.protocol === 'https:' ? 443 : 80);
    const [user, password] = [url.username, url.password].map(decodeURIComponent) as [string, string];
    this.credentials = user + password === '' ? undefined : { user, password: new Secret(password) };
    this.secrets = this.credentials === undefined ? [] : [user, password, `${user}:${password}`];
  }

  /** Host name and port, for messages. */
  get host(): string {
    return hostPort(this.hostname, this.port);
  }

  /** The proxy's own address, credentials included, for the library that forwards plain HTTP. */
  url(): URL {
    const url = new URL(`${this.protocol}//${this.host}`);
    url.username = encodeURIComponent(this.credentials?.user ?? '');
    url.password = encodeURIComponent(this.credentials?.password.reveal() ?? '');
    return url;
  }

  /** The header with the credentials, if there are any. Source: RFC 7617. */
  authorization(): { 'Proxy-Authorization'?: string } {
    if (this.credentials === undefined) return {};
    const { user, password } = this.credentials;
    const token = Buffer.from(`${user}:${password.reveal()}`).toString('base64');
    return { 'Proxy-Authorization': `Basic ${token}` };
  }
}

/** Host name or address and port as one text, with brackets around an IPv6 address. */
export function hostPort(hostname: string, port: number): string {
  return `${hostname.includes(':') ? `[${hostname}]` : hostname}:${port}`;
}

/** The proxies of an environment, and the addresses that need none. */
export class Proxies {
  /** The proxies for http and for https addresses. */
  readonly http: HttpProxy | undefined;
  readonly https: HttpProxy | undefined;
  readonly #without: NoProxy;

  /** `noProxy` is the text of NO_PROXY. */
  constructor(http: HttpProxy | undefined, https: HttpProxy | undefined, noProxy: string) {
    this.http = http;
    this.https = https;
    this.#without = readNoProxy(noProxy);
  }

  /** True when no address has a proxy. */
  get isEmpty(): boolean {
    return this.http === undefined && this.https === undefined;
  }

  /** The proxy for an address; undefined if it needs none. Without a port, the default of the protocol is used. */
  for({ protocol, hostname, port }: Pick<URL, 'protocol' | 'hostname' | 'port'>): HttpProxy | undefined {
    const isSecure = protocol === 'https:';
    const host = hostname.replace(/^\[|\]$/g, '');
    if (this.#without(host, Number(port) || (isSecure ? 443 : 80))) return undefined;
    return isSecure ? this.https : this.http;
  }
}
