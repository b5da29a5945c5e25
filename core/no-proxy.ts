import { BlockList, isIP } from 'node:net';

/** One parsed entry of NO_PROXY. */
type Rule = (host: string, port: number) => boolean;

/** True for a host and port that are reached without a proxy. */
export type NoProxy = Rule;

/**
 * Reads NO_PROXY. An entry is one of: a name, which also covers the hosts below it, with or without a dot or `*.` in
 * front; an address; a network such as `10.0.0.0/8`; each with `:port` if it is for that port only; or `*` for all.
 * Hosts are given without brackets. This machine never needs a proxy, listed or not.
 * Source: there is no standard; this is what curl and Go have in common.
 */
export function readNoProxy(text: string): NoProxy {
  const rules = text
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .map(readRule);
  return (host, port) => {
    const name = host.toLowerCase().replace(/\.$/, '');
    return isThisMachine(name) || rules.some((rule) => rule(name, port));
  };
}

function readRule(entry: string): Rule {
  if (entry === '*') return () => true;
  const [, network = '', bits] = /^([\da-f.:]+)\/(\d{1,3})$/.exec(entry) ?? [];
  if (isIP(network) !== 0) return addressRule(network, Number(bits));
  if (isIP(entry) !== 0) return addressRule(entry);
  const [, bracketed, plain = '', portText] = /^(?:\[(.+)\]|(.*?))(?::(\d+))?$/.exec(entry) ?? [];
  const name = bracketed ?? plain.replace(/^\*?\./, '');
  const rule = isIP(name) === 0 ? nameRule(name) : addressRule(name);
  return (host, port) => (portText === undefined || Number(portText) === port) && rule(host, port);
}

function nameRule(name: string): Rule {
  return (host) => host === name || host.endsWith(`.${name}`);
}

/**
 * A rule for one address in any spelling, or for a network of `bits` bits. A network of too many bits holds no
 * address.
 */
function addressRule(address: string, bits?: number): Rule {
  const list = new BlockList();
  const maxBits = isIP(address) === 6 ? 128 : 32;
  if (bits === undefined) list.addAddress(address, familyOf(address));
  else if (bits <= maxBits) list.addSubnet(address, bits, familyOf(address));
  return (host) => isIP(host) !== 0 && list.check(host, familyOf(host));
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}

function isThisMachine(host: string): boolean {
  return (
    host === 'localhost' || host.endsWith('.localhost') || host === '::1' || /^127(\.\d+){3}$/.test(host)
  );
}
