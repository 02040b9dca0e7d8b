import Documents
import Foundation
import TestSupport
import Testing

import Training

@Suite struct TrainingPageTests {
    private static func log(_ steps: Int) -> String {
        var lines = [#"{"method": "lora", "base": "<model> & co"}"#]
        for step in 1...steps {
            let validation = step % 10 == 0 ? #", "validation_loss": 0.25"# : ""
            lines.append(
                #"{"step": \#(step), "loss": \#(1 / Double(step)), "rate": 0.0001, "norm": 1.5, "seconds": 2, "reward": -1.5\#(validation)}"#
            )
            if step % 20 == 0 { lines.append(#"{"step": \#(step), "exact_calls": 0.\#(step / 20), "calls": 50}"#) }
        }
        return lines.joined(separator: "\n")
    }

    @Test func whatTheLogHasIsDrawn() {
        let html = TrainingPage(log: Self.log(60)).html
        for title in ["Loss", "Right answers", "Reward", "Norm of the gradients", "Learning rate", "Time of a step"] {
            #expect(html.contains("<figcaption>\(title),"), "\(title)")
        }
        // Nothing is drawn of what is not there.
        #expect(!html.contains("Divergence") && !html.contains("Right draws"))
        #expect(html.contains("&lt;model&gt; &amp; co") && !html.contains("<model>"))
        #expect(html.contains("20.0 %") && html.contains("<td>50</td>"))
        // Nothing comes from elsewhere.
        #expect(!html.contains("<script") && !html.contains("src=") && !html.contains("href="))
    }

    @Test("a finder's loss is of queries, and what it found is drawn") func finder() {
        let html = TrainingPage(log: #"{"method": "finder"}"# + "\n" + #"{"step": 1, "loss": 2, "found": 0.5}"#).html
        #expect(html.contains("nats a query") && !html.contains("nats a token"))
        #expect(html.contains("<figcaption>Found,"))
    }

    @Test("long logs are drawn in few marks, and their ends are told", arguments: [1, 119, 120, 121, 5000])
    func fewMarks(steps: Int) throws {
        let html = TrainingPage(log: Self.log(steps)).html
        #expect(html.contains("step \(steps): "))
        let line = try #require(html.split(separator: "<polyline points=\"").dropFirst().first).prefix { $0 != "\"" }
        #expect(line.split(separator: " ").count <= 120)
    }

    @Test func aTornOrEmptyLogIsAPageToo() {
        #expect(TrainingPage(log: "").html.contains("<h1>Training</h1>"))
        let torn = TrainingPage(log: Self.log(3) + "\n{\"step\": 4, \"lo").html
        #expect(torn.contains("step 3: ") && !torn.contains("step 4: "))
    }
}
