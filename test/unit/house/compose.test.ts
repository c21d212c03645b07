/** Docker is not needed to know that the compose file is one, holds no secret and fits the files it mounts. */
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { SEARCH_ATTRIBUTES } from "../../../src/workflows/messages.ts";

interface Service {
  readonly image?: string;
  readonly build?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
  readonly healthcheck?: object;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
}

interface ComposeFile {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: object;
}

const root = resolve(import.meta.dirname, "../../..");
const compose = parse(read("docker-compose.yml"), { merge: true }) as ComposeFile;
const services = Object.entries(compose.services);

test("is valid by the Compose Specification", () => {
  const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
  const isValid = ajv.compile(JSON.parse(read("test/support/schemas/compose-spec.json")) as object);

  isValid(compose);

  expect(isValid.errors).toBeNull();
});

test("is refused by that schema when a key is misspelt, so the schema is in force", () => {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  const isValid = ajv.compile(JSON.parse(read("test/support/schemas/compose-spec.json")) as object);

  expect(isValid({ services: { worker: { imagee: "x" } } })).toBe(false);
});

test("asks for every password instead of holding one", () => {
  const secrets = services.flatMap(([name, { environment = {} }]) =>
    Object.entries(environment)
      .filter(([key]) => /PASSWORD|PWD|SECRET|KEY$|DATABASE_URL/.test(key))
      .map(([key, value]) => ({ setting: `${name}.${key}`, value })),
  );

  expect(secrets.length).toBeGreaterThan(4);
  for (const { setting, value } of secrets) expect(value, setting).toMatch(/\$\{\w+:\?[^}]+\}/);
});

test("opens its ports to this machine only", () => {
  for (const [name, { ports = [] }] of services) {
    for (const port of ports) expect(port, name).toMatch(/^127\.0\.0\.1:/);
  }
});

test("mounts only files that are in the repository, and volumes that it declares", () => {
  const sources = services.flatMap(([, { volumes = [] }]) =>
    volumes.map((volume) => volume.split(":")[0] ?? ""),
  );

  for (const source of sources) {
    const isThere = source.startsWith("./")
      ? existsSync(resolve(root, source))
      : source in compose.volumes;
    expect(isThere, source).toBe(true);
  }
});

test("waits for what is healthy only where health is checked", () => {
  const waits = services.flatMap(([name, { depends_on = {} }]) =>
    Object.entries(depends_on).map(([target, { condition }]) => ({ name, target, condition })),
  );

  for (const { name, target, condition } of waits) {
    expect(Object.keys(compose.services), name).toContain(target);
    if (condition === "service_healthy") {
      expect(compose.services[target]?.healthcheck, `${name} waits for ${target}`).toBeDefined();
    }
  }
});

test("registers every search attribute that runs carry", () => {
  const script = read("docker/temporal/setup-namespace.sh");

  for (const name of Object.values(SEARCH_ATTRIBUTES)) expect(script).toContain(`${name}=Keyword`);
});

test("runs the worker as an ordinary user with certificates, from what was built in another stage", () => {
  const dockerfile = read("Dockerfile");
  const last = dockerfile.slice(dockerfile.lastIndexOf("FROM "));

  expect(last).toMatch(/^USER node$/m);
  expect(last).toContain("ca-certificates");
  expect(last).toContain("COPY --from=build");
  expect(last).not.toContain("COPY src");
});

test("lets every file into the build that the Dockerfile copies", () => {
  const ignored = read(".dockerignore");
  const copied = [...read("Dockerfile").matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(
    ([, files = ""]) => files.split(" "),
  );

  expect(copied).toContain("src");
  for (const file of copied) expect(ignored.split("\n"), file).toContain(`!${file}`);
});

function read(path: string): string {
  return readFileSync(resolve(root, path), "utf8");
}
