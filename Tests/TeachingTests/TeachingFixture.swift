import Documents
import Functions
import Teaching

/// A pool of a few functions, and templates for it.
enum TeachingFixture {
    static func pool() throws -> FunctionPool {
        try .parse(Array(poolText.utf8), name: "small", isYAML: true)
    }

    static func set(_ files: [(name: String, text: String)] = files) throws -> TemplateSet {
        try TemplateSet(files: files, pool: pool())
    }

    /// One pattern of one function, with the lists of `shared`.
    static func template(_ pattern: String, function: String = "light_on", language: String = "en") throws -> Template {
        let text = "functions: {\(function): {\(language): [\(JSONValue.string(pattern).text())]}}"
        let set = try set([("own.yaml", text), ("values.yaml", shared)])
        guard let template = set.templates.first else { throw set.faults.first ?? TemplateError("no template") }
        return template
    }

    private static let poolText = #"""
        functions:
          - name: light_on
            description: Switch a light on.
            parameters:
              type: object
              properties:
                room: {type: string, maxLength: 20}
                level: {type: integer, minimum: 0, maximum: 100}
                minutes: {type: integer, minimum: 1, maximum: 600}
                color: {type: string, enum: [red, green]}
          - name: alarm_set
            description: Set an alarm.
            parameters:
              type: object
              properties:
                date: {type: string, format: date}
                time: {type: string, pattern: "^([01][0-9]|2[0-3]):[0-5][0-9]$"}
                days:
                  type: array
                  items: {type: string, enum: [monday, tuesday, wednesday, thursday, friday, saturday, sunday]}
                  minItems: 1
                  uniqueItems: true
              required: [time]
          - name: door_lock
            description: Lock a door.
            parameters:
              type: object
              properties:
                pin: {type: string, pattern: "^[0-9]{4,6}$"}
                door: {type: string, enum: [front_door, back_door], default: front_door}
              required: [door]
          - name: order
            description: Order dishes.
            parameters:
              type: object
              properties:
                items: {type: array, items: {type: string, maxLength: 30}, minItems: 1, uniqueItems: true}
                channel: {type: string}
                number: {type: string, pattern: "^[+]?[0-9]{3,15}$"}
              required: [items]
          - name: timer
            description: Start a timer.
            parameters:
              type: object
              properties:
                duration:
                  type: object
                  properties: {hours: {type: integer}, minutes: {type: integer}, seconds: {type: integer}}
                  required: [hours, minutes, seconds]
              required: [duration]
        """#

    static let shared = """
        values:
          room: {en: [kitchen, hall, {say: the lounge, value: lounge}], zh: [厨房, 客厅], de: [Küche]}
          color: {en: [{say: crimson, value: red}, green], zh: [{say: 红色, value: red}]}
          clock: {en: [7 am, half past eight in the evening], zh: [下午三点], fr: [20 heures], de: [20 Uhr]}
          date: {en: [tomorrow, on friday], zh: [明天]}
          dish: {any: [pizza, 炒饭, salad, soup]}
          please: {en: ["", "please "], zh: ["", 请]}
          door: {en: [{say: back door, value: back_door}]}
        """

    static let own = """
        values:
          light_on.room: {en: [attic, cellar, porch, garage, study, nursery, den, loft]}
        functions:
          light_on:
            en:
              - "{_please}turn (on|up) the light[ in the {room}]"
              - "{room} light to {level:number 5..100/5} percent"
              - make the {room} {color}
              - light on for {minutes:span minutes 1..120}
              - {say: "full light in the {room}", call: {level: 100}}
            zh: ["{_please}打开{room}的灯", "把{room}的灯调到{level:number 1..100}", "{room}开灯"]
            de: ["mach das Licht an in der {room}"]
            missing: {en: ["set the light to"], zh: [调一下]}
          alarm_set:
            en: ["wake me at {time}", "alarm {date} at {time}", "every {days:weekdays} at {time}", "{time} alarm please"]
            zh: ["{date}{time}叫醒我", "{time}的闹钟"]
          door_lock:
            en: ["lock the {door}", {say: lock up, call: {door: front_door}}, "lock it[ with {pin:digits 4..6}]", lock the house]
          order:
            en: ["bring me {items:some dish 1..3}", "order {items:some dish 2..2} on {channel:number 1..9}"]
            zh: ["来{items:some dish 1..2}"]
          timer:
            en: ["timer for {duration:duration}"]
            zh: ["{duration:duration}的计时"]
        none: {en: [sing to me, "what is {_room}", who are you], zh: [唱歌给我听, 你是谁]}
        unclear: {en: [do it, that one], zh: [那个]}
        dialogues:
          - language: en
            history: ["light on in the {room}", "The {room} is lit.", "thanks"]
            say: "now make the {room} {color}"
            function: light_on
          - {language: en, history: [lock up, Done.], say: thank you}
          - {language: zh, history: [开灯, 哪个房间？], say: 那边, function: light_on, unclear: true}
        """

    static let files = [(name: "own.yaml", text: own), (name: "values.yaml", text: shared)]
}
