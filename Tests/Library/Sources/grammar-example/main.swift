import Documents
import Grammar

// A model whose tokens are the 256 bytes, and one that ends an answer.
let end: Int32 = 256
let vocabulary = GrammarVocabulary(
    bytes: (0...255).map { [UInt8($0)] } + [[]], endTokens: [end], isSpecial: { $0 == end },
    encode: { $0.map(Int32.init) })
let schema = try JSONValue(
    parsing: """
        {"type": "object", "properties": {"on": {"type": "boolean"}}, "required": ["on"], "additionalProperties": false}
        """)
var matcher = Matcher(try CompiledGrammar.compile(schema: schema, vocabulary: vocabulary))

// A model would choose among what may follow; here the last of it is taken.
var answer: [UInt8] = []
while answer.count < 100 {
    let mask = matcher.mask()
    if mask.contains(end) { break }
    var last: Int32?
    mask.forEach { last = $0 }
    guard let last, matcher.accept(last) else { break }
    answer.append(UInt8(last))
}
let text = String(decoding: answer, as: UTF8.self)
try SchemaValidator(schema).validate(JSONValue(parsing: text))
print(text)
