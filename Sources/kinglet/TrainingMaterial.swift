import ModelFiles
import Training

/// The model that a training begins with.
struct TrainingStart {
    let path: String
    let file: ModelFile
    /// An adapter to go on with.
    let adapter: Adapter?
}

/// What a training is made of: a model, a plan, and samples.
struct TrainingMaterial {
    let start: TrainingStart
    let plan: TrainingPlan
    var samples: [TrainingSample] = [], watched: [TrainingSample] = []
}
