import Documents
import FunctionCalling
import Functions
import Judging
import OrderedCollections
import Testing

/// What the rules can tell without a reference and without a model.
@Suite struct SaidActionTests {
    static func function(_ name: String, _ description: String, examples: [String] = []) -> FunctionDefinition {
        FunctionDefinition(
            name: name, description: description,
            parameters: ["type": "object", "properties": ["order": ["type": "integer"]]], examples: examples)
    }

    static let shop = [
        function("order_status", "Tells where an order is."), function("order_cancel", "Calls an order off."),
        function("order_create", "Orders something."), function("list_orders", "Lists the orders of a customer."),
    ]
    static let home = [
        function("door_lock", "Locks a door."), function("door_unlock", "Unlocks a door."),
        function("music_stop", "Stops the music.", examples: ["cancel the song"]),
        function("alarmCancel", "Removes an alarm."),
    ]

    static let cases: [(query: String, function: String, functions: [FunctionDefinition], isWrong: Bool)] = [
        ("cancel order 42", "order_status", shop, true), ("cancel order 42", "order_cancel", shop, false),
        ("please cancel order 42", "order_create", shop, true),
        ("could you cancel my order", "list_orders", shop, true),
        ("cancel order 42", "order_status", [shop[0]], true), ("Cancel order 42", "order_cancel", [shop[1]], false),
        ("what is the status of order 42", "order_status", shop, false),
        ("what is the status of order 42", "order_cancel", shop, true),
        ("where is order 42", "order_status", shop, false), ("call off order 42", "order_cancel", shop, false),
        ("show me order 42", "order_status", shop, false), ("show order 42", "order_cancel", [shop[1]], true),
        ("unlock the door", "door_lock", home, true), ("unlock the door", "door_unlock", home, false),
        ("lock the door", "door_unlock", home, true), ("close the door", "door_lock", home, false),
        ("cancel the song", "music_stop", home, false), ("cancel the alarm", "alarmCancel", home, false),
        ("cancel the alarm", "music_stop", home, false), ("delete the alarm", "alarmCancel", home, false),
        ("delete the shopping list", "shopping_list_clear", [function("shopping_list_clear", "Empties it.")], false),
        ("get me a taxi", "taxi_book", [function("taxi_book", "Orders a taxi.")], false),
        ("取消订单 42", "order_status", shop, false), ("storniere Bestellung 42 für mich", "order_status", shop, false),
    ]
    @Test(arguments: cases) func tells(
        _ query: String, _ function: String, _ functions: [FunctionDefinition], _ isWrong: Bool
    ) {
        let answer = FunctionAnswer(outcome: .call, calls: [FunctionCall(function: function, parameters: [:])])
        let rules = RuleChecks(
            answer, functions: functions, dialogue: JudgedDialogue(query: query), reference: nil)
        #expect(rules.verdict == (isWrong ? .wrong : nil), "\(query): \(function): \(rules.checks)")
        #expect(rules.checks.contains { $0.name == "action" } == isWrong)
        var lenient = RuleChecks.Policy()
        lenient.actionDecides = false
        let told = RuleChecks(
            answer, functions: functions, dialogue: JudgedDialogue(query: query), reference: nil, policy: lenient)
        #expect(told.verdict == nil)
    }

    @Test func severalCallsAndReferencesAreLeftAlone() {
        let calls = ["order_status", "order_cancel"].map { FunctionCall(function: $0, parameters: [:]) }
        let dialogue = JudgedDialogue(query: "cancel order 42 and tell me where it is")
        let several = RuleChecks(
            FunctionAnswer(outcome: .call, calls: calls), functions: Self.shop, dialogue: dialogue, reference: nil)
        #expect(several.verdict == nil)
        let reference = Reference(outcome: .call, expected: [calls[0]], answers: .exact)
        let one = RuleChecks(
            FunctionAnswer(outcome: .call, calls: [calls[0]]), functions: Self.shop,
            dialogue: JudgedDialogue(query: "cancel order 42"), reference: reference)
        #expect(one.verdict == .right)
    }
}
