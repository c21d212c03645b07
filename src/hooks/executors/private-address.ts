import { lookup } from "node:dns/promises";
import { BlockList, isIP } from "node:net";

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet("127.0.0.0", 8, "ipv4");
LOOPBACK.addAddress("::1", "ipv6");

const PRIVATE = new BlockList();
for (const [network, prefix] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
] as const)
  PRIVATE.addSubnet(network, prefix, "ipv4");
for (const [network, prefix] of [
  ["::", 128],
  ["::1", 128],
  ["fc00::", 7],
  ["fe80::", 10],
  ["ff00::", 8],
] as const)
  PRIVATE.addSubnet(network, prefix, "ipv6");

/** Whether a URL's host is this machine by name or by address. */
export function isLoopbackHost(url: URL): boolean {
  const host = hostOf(url);
  if (host === "localhost" || host.endsWith(".localhost")) return true;
  return isIn(LOOPBACK, host);
}

/**
 * Whether a URL's host is, or resolves to, an address that is not on the public internet. A name that does not resolve
 * counts as private: the request would fail anyway.
 */
export async function isPrivateHost(url: URL): Promise<boolean> {
  if (isLoopbackHost(url)) return true;
  const host = hostOf(url);
  if (isIP(host) !== 0) return isIn(PRIVATE, host);
  try {
    const addresses = await lookup(host, { all: true });
    return addresses.length === 0 || addresses.some(({ address }) => isIn(PRIVATE, address));
  } catch {
    // Unresolvable: refused here with a clear message rather than later with a network error.
    return true;
  }
}

function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, "").toLowerCase();
}

/** An IPv4 address written as IPv6 (`::ffff:10.0.0.1`) is matched by the IPv4 rules: BlockList does so itself. */
function isIn(list: BlockList, address: string): boolean {
  const family = isIP(address);
  return family !== 0 && list.check(address, family === 6 ? "ipv6" : "ipv4");
}
