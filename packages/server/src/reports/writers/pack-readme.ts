/** How a pack is checked without Menshen; the guide says the same and a test does it. */
export const readme = `门神合规证据包 / Menshen evidence pack

states/        各标准逐项状态与证据 / state and evidence of every requirement
reports/       报告 / reports
attestations/  人工佐证文件 / attested files
log/           审计日志原始条目、包含证明与检查点 / records of the audit log, inclusion proofs, checkpoint
keys/          签名公钥 / key of the signature
SHA256SUMS     全部文件的哈希 / hashes of all files
index.json     清单，其中有 SHA256SUMS 的哈希 / index, which holds the hash of SHA256SUMS

离线核对 / To check it offline:

1. openssl pkeyutl -verify -pubin -inkey keys/report-key.pem -rawin -in index.json -sigfile index.json.sig
   公钥须与从控制台另行取得的一致 / the key must be the one that you were given apart from this pack.
2. sha256sum SHA256SUMS        与 index.json 中的 sums 一致 / must be "sums" in index.json
3. sha256sum -c SHA256SUMS
4. 每条日志：log/proofs/N.tlog-proof（C2SP tlog-proof）证明 log/entries/N 在检查点之中，
   核对步骤见《审计员指南》第 3 节。
   Each record: the proof shows that the entry is in the checkpoint; the auditor's guide, section 3, does it with openssl.

哈希与签名只证明文件未被改动，不证明合规。
Hashes and signatures show that files are unchanged; they do not show that somebody complies.
`;
