import FunctionCalling
import Testing

@Suite struct SeveralThingsTests {
    static let several = [
        "turn off the tv and play jazz", "Weather in Tokyo and in Berlin please", "lights off, heating up",
        "lights off; door shut", "Close the door. Then open the window.", "mach das Licht aus und spiel Jazz",
        "éteins la lumière puis ferme la porte", "apaga la luz y pon música", "关灯然后放音乐", "打开灯和电视", "a\nb",
    ]
    @Test(arguments: several) func areSeen(_ text: String) { #expect(SeveralThings.areAsked(in: text)) }

    static let one = [
        "turn off the lights", "set an alarm for 6:30 pm", "what's the weather?", "play Andromeda", "把灯关掉",
        "Licht aus!",
        "", "set it to 21.5 degrees",
    ]
    @Test(arguments: one) func areNotInvented(_ text: String) { #expect(!SeveralThings.areAsked(in: text)) }
}
