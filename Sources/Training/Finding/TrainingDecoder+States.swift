import ModelFiles

extension TrainingDecoder {
    /// The states of a batch's texts after its forward pass, `[texts, hidden]`: the mean of the normalised states of the
    /// rows that are asked.
    package func states(_ batch: TrainingBatch) -> [Float] {
        let rows = batch.asked.reduce(0) { $0 + $1.count }, normed = scratch.normed.reserve(rows * hidden)
        outputNorm.forward(gatherAsked(batch), rows: rows, into: normed)
        var states = [Float](repeating: 0, count: batch.asked.count * hidden), row = 0
        for (text, asked) in batch.asked.enumerated() {
            let share = 1 / Float(asked.count)
            for _ in asked {
                for place in 0..<hidden { states[text * hidden + place] += share * normed[row * hidden + place] }
                row += 1
            }
        }
        return states
    }

    /// Adds the gradients of a batch, right after its forward pass, from those of its states: `[texts, hidden]`.
    package func backward(_ batch: TrainingBatch, from slopes: ArraySlice<Float>) {
        let rows = batch.asked.reduce(0) { $0 + $1.count }
        let spread = scratch.outputSlope.reserve(rows * hidden)
        var row = 0
        for (text, asked) in batch.asked.enumerated() {
            let share = 1 / Float(asked.count), first = slopes.startIndex + text * hidden
            for _ in asked {
                for place in 0..<hidden { spread[row * hidden + place] = share * slopes[first + place] }
                row += 1
            }
        }
        let ofRows = scratch.normed.reserve(rows * hidden)
        ofRows.update(repeating: 0, count: rows * hidden)
        outputNorm.backward(spread, x: gatherAsked(batch), rows: rows, addingTo: ofRows)
        let slope = scratch.slope.reserve(batch.rows * hidden)
        slope.update(repeating: 0, count: batch.rows * hidden)
        for (place, row) in batch.asked.joined().enumerated() {
            (slope + row * hidden).update(from: ofRows + place * hidden, count: hidden)
        }
        backward(batch)
    }

    /// The residual stream of the rows that are asked, one behind the other.
    private func gatherAsked(_ batch: TrainingBatch) -> UnsafeMutablePointer<Float> {
        let gathered = scratch.normedSlope.reserve(batch.asked.reduce(0) { $0 + $1.count } * hidden)
        for (place, row) in batch.asked.joined().enumerated() {
            (gathered + place * hidden).update(from: scratch.residual.base + row * hidden, count: hidden)
        }
        return gathered
    }
}
