import { readNoProxy, type NoProxy } from './no-proxy.ts';
import { Secret } from './secret.ts';

/** A proxy for HTTP: where it is, and how it lets us in. */
export class HttpProxy {
  /** The variable that names it, for messages. */
  readonly variable: string;
  /** Its own protocol, name and port; an IPv6 address without brackets. */
  readonly protocol: 'http:' | 'https:';
  readonly hostname: string;
  readonly port: number;
  /** User and password, if it wants any. */
  readonly credentials: { readonly user: string; readonly password: Secret } | undefined;
  /** What of the credentials no text may hold: a proxy may repeat them. */
  readonly secrets: readonly string[];

  /** @throws URIError when a percent sign of user or password is no code */
  constructor(variable: string, url: URL) {
    this.variable = variable;
    this.protocol = url.protocol === 'https:' ? 'https:' : 'http:';
    this.hostname = url.hostname.replace(/^\[|\]$/g, '');
    this.port = Number(url.port) || (this.protocol === 'https:' ? 443 : 80);
    const [user, password] = [url.username, url.password].map(decodeURIComponent) as [string, string];
    this.credentials = user + password === '' ? undefined : { user, password: new Secret(password) };
    this.secrets = this.credentials === undefined ? [] : [user, password, `${user}:${password}`];
  }

  /** Name and port, as messages tell them. */
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

  /** The header that lets us in, if it wants one. Source: RFC 7617. */
  authorization(): { 'Proxy-Authorization'?: string } {
    if (this.credentials === undefined) return {};
    const { user, password } = this.credentials;
    const token = Buffer.from(`${user}:${password.reveal()}`).toString('base64');
    return { 'Proxy-Authorization': `Basic ${token}` };
  }
}

/** Name or address and port as one text, with brackets where they are needed. */
export function hostPort(hostname: string, port: number): string {
  return `${hostname.includes(':') ? `[${hostname}]` : hostname}:${port}`;
}

/** Which proxy leads to which address. */
export class Proxies {
  /** The proxy for addresses at http, and the one for those at https. */
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

  /** The proxy for an address; undefined where there is none. A port that is not given is the protocol's own. */
  for({ protocol, hostname, port }: Pick<URL, 'protocol' | 'hostname' | 'port'>): HttpProxy | undefined {
    const isSecure = protocol === 'https:';
    const host = hostname.replace(/^\[|\]$/g, '');
    if (this.#without(host, Number(port) || (isSecure ? 443 : 80))) return undefined;
    return isSecure ? this.https : this.http;
  }
}
