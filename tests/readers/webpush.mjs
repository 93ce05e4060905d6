// Decrypts pushes with http_ece, whose author wrote RFC 8188, and checks who sent them by Node's own cryptography.
// Argument: the file to import http_ece from. Reads lines of JSON {body, authorization, privateKey, auth}, all base64url
// but the header; prints for each {payload, claims, key}, or {error}.
import { createECDH, createPublicKey, verify } from "node:crypto";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const ece = (await import(pathToFileURL(process.argv[2]))).default;
const bytes = (text) => Buffer.from(text, "base64url");

function decrypt({ body, privateKey, auth }) {
  const receiver = createECDH("prime256v1");
  receiver.setPrivateKey(bytes(privateKey));
  return ece.decrypt(bytes(body), { version: "aes128gcm", privateKey: receiver, authSecret: auth }).toString("utf8");
}

function verifiedClaims(authorization) {
  const [, token, key] = authorization.match(/^vapid t=([^,]+), k=(.+)$/);
  const [header, claims, signature] = token.split(".");
  const point = bytes(key);
  const jwk = {
    kty: "EC", crv: "P-256", x: point.subarray(1, 33).toString("base64url"), y: point.subarray(33).toString("base64url"),
  };
  const publicKey = { key: createPublicKey({ key: jwk, format: "jwk" }), dsaEncoding: "ieee-p1363" };
  if (JSON.parse(bytes(header)).alg !== "ES256") throw new Error("not signed by ES256");
  if (!verify("sha256", Buffer.from(`${header}.${claims}`), publicKey, bytes(signature))) throw new Error("not signed by k");
  return { claims: JSON.parse(bytes(claims)), key };
}

for (const line of readFileSync(0, "utf8").split("\n").filter(Boolean)) {
  const push = JSON.parse(line);
  try {
    console.log(JSON.stringify({ payload: decrypt(push), ...(push.authorization ? verifiedClaims(push.authorization) : {}) }));
  } catch (error) {
    console.log(JSON.stringify({ error: String(error) }));
  }
}
