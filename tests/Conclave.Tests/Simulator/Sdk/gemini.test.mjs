import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiError, GoogleGenAI } from "@google/genai";
import { answer, base, drain, failure, person, weather } from "./shared.mjs";

const client = new GoogleGenAI({ apiKey: "any-key", httpOptions: { baseUrl: base("GEMINI").replace(/\/v1beta\/?$/, ""), apiVersion: "v1beta" } });
const model = "gemini-4-hydrogen";
const tools = [{ functionDeclarations: [{ name: "get_weather", description: "The weather.", parametersJsonSchema: weather }] }];
const ask = (contents, config) => ({ model, contents, config });

test("generateContent gives the answer, its thoughts and usage with the cache", async () => {
  const response = await client.models.generateContent(ask("say it"));
  assert.equal(response.text, answer);
  const [candidate] = response.candidates;
  assert.equal(candidate.finishReason, "STOP");
  assert.equal(candidate.content.parts[0].thought, true);
  assert.ok(candidate.content.parts.at(-1).thoughtSignature);
  assert.equal(response.usageMetadata.cachedContentTokenCount, 64);
  assert.equal(response.usageMetadata.thoughtsTokenCount, 120);
  const { promptTokenCount, candidatesTokenCount, thoughtsTokenCount, totalTokenCount } = response.usageMetadata;
  assert.equal(promptTokenCount + candidatesTokenCount + thoughtsTokenCount, totalTokenCount);
});

test("generateContentStream gives the same answer", async () => {
  const { events, error } = await drain(await client.models.generateContentStream(ask("say it")));
  assert.equal(error, null);
  assert.equal(events.map((chunk) => chunk.text ?? "").join(""), answer);
  assert.equal(events.at(-1).candidates[0].finishReason, "STOP");
  assert.equal(events.at(-1).usageMetadata.thoughtsTokenCount, 120);
});

test("Signatures are sent back unchanged, or refused", async () => {
  const first = await client.models.generateContent(ask("weather?", { tools }));
  const { content } = first.candidates[0];
  const follow = (turn) => client.models.generateContent(ask([{ role: "user", parts: [{ text: "weather?" }] }, turn, { role: "user", parts: [{ functionResponse: { name: "get_weather", response: { ok: true } } }, { text: "say it" }] }], { tools }));
  assert.ok(content.parts.some((part) => part.thoughtSignature));
  assert.ok(await follow(content));
  const forged = { ...content, parts: content.parts.map((part) => (part.thoughtSignature ? { ...part, thoughtSignature: "AAAA" } : part)) };
  assert.equal((await failure(follow(forged))).status, 400);
});

test("JSON of the schema that was asked for", async () => {
  const response = await client.models.generateContent(ask("a person", { responseMimeType: "application/json", responseJsonSchema: person }));
  assert.deepEqual(JSON.parse(response.text), { name: "Ada", age: 36 });
});

test("Tools are called, streamed and not", async () => {
  const whole = await client.models.generateContent(ask("weather?", { tools }));
  const { events } = await drain(await client.models.generateContentStream(ask("weather?", { tools })));
  for (const calls of [whole.functionCalls, events.flatMap((chunk) => chunk.functionCalls ?? [])]) {
    assert.equal(calls.length, 2);
    assert.deepEqual([calls[0].name, calls[0].args], ["get_weather", { city: "Köln" }]);
  }
});

test("An answer that is cut off, one that is refused and a question that is blocked say so", async () => {
  assert.equal((await client.models.generateContent(ask("at length"))).candidates[0].finishReason, "MAX_TOKENS");
  assert.equal((await client.models.generateContent(ask("refuse"))).candidates[0].finishReason, "SAFETY");
  const blocked = await client.models.generateContent(ask("blocked"));
  assert.equal(blocked.promptFeedback.blockReason, "PROHIBITED_CONTENT");
  assert.equal(blocked.candidates, undefined);
});

test("Errors are the client's own class", async () => {
  for (const [prompt, status, says] of [["wrong key", 400, /API_KEY_INVALID/], ["too often", 429, /RetryInfo/], ["too busy", 503, /UNAVAILABLE/]]) {
    const error = await failure(client.models.generateContent(ask(prompt)));
    assert.ok(error instanceof ApiError);
    assert.equal(error.status, status);
    assert.match(error.message, says);
  }
  assert.equal((await failure(client.models.generateContentStream(ask("too busy")))).status, 503);
  assert.equal((await failure(client.models.generateContent(ask("x", { thinkingConfig: { thinkingBudget: 5 } })))).status, 400);
  assert.equal((await failure(client.models.get({ model: "gemini-nothing" }))).status, 404);
});

test("An error in the middle of a stream ends it", async () => {
  const { events, error } = await drain(await client.models.generateContentStream(ask("fails later")));
  assert.equal(events.map((chunk) => chunk.text ?? "").join(""), "Half");
  assert.ok(error instanceof ApiError);
  assert.match(error.message, /UNAVAILABLE/);
});

test("Strange streams are read", async () => {
  const { events, error } = await drain(await client.models.generateContentStream(ask("strangely")));
  assert.equal(error, null);
  assert.equal(events.map((chunk) => chunk.text ?? "").join(""), answer);
});

test("Models are listed page by page and looked up, tokens are counted", async () => {
  const names = [];
  for await (const card of await client.models.list({ config: { pageSize: 1 } })) names.push(card.name);
  assert.ok(names.length > 2 && names.includes(`models/${model}`));
  assert.equal((await client.models.get({ model })).name, `models/${model}`);
  assert.equal((await client.models.countTokens({ model, contents: "12345678" })).totalTokens, 2);
});
