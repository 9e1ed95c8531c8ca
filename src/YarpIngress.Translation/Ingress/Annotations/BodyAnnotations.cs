using YarpIngress.Translation.Settings;

namespace YarpIngress.Translation.Ingress.Annotations;

/// <summary>How large bodies may be, and which of them are taken in whole; see <see cref="Model.BufferingPolicy"/>.</summary>
internal static class BodyAnnotations
{
    private const string Size = "bytes, or with k, m or g behind";
    private const int MostMemory = 64 * 1024 * 1024;

    public static readonly IReadOnlyList<Annotation> All =
    [
        new("proxy-body-size", AnnotationRisk.Medium, $"{Size}; 0 for no limit", "as the ConfigMap says, else 1m",
            "How large a request's body may be; a larger one is answered with 413, at once where its length is known.",
            (policies, text) => policies with { MaximumBodySize = SettingValue.Size(text, long.MaxValue) })
        {
            Example = "8m",
        },
        new("client-body-buffer-size", AnnotationRisk.Low, Size, "as the ConfigMap says, else 8k",
            "How much of a body that is read whole stays in memory; the rest goes to a file.",
            (policies, text) => policies.WithBuffering(
                buffering => buffering with { RequestMemory = (int)SettingValue.Size(text, MostMemory) }))
        {
            Example = "64k",
        },
        new("proxy-request-buffering", AnnotationRisk.Low, "on or off", "as the ConfigMap says, else off",
            "Whether a request's body is read whole before an endpoint is connected to; then it can be sent to another one too.",
            (policies, text) => policies.WithBuffering(buffering => buffering with { Requests = SettingValue.OnOff(text) }))
        {
            Example = "on",
            Difference = "Off unless it is asked for: bodies pass as they come.",
        },
        new("proxy-buffering", AnnotationRisk.Low, "on or off", "as the ConfigMap says, else off",
            "Whether an answer is taken from the endpoint as fast as it comes, however slowly the client reads.",
            (policies, text) => policies.WithBuffering(buffering => buffering with { Responses = SettingValue.OnOff(text) }))
        {
            Example = "on",
            Difference = "What is buffered is passed on at once all the same: events are never held back until a buffer is full.",
        },
        new("proxy-buffer-size", AnnotationRisk.Low, Size, "as the ConfigMap says, else 4k",
            "The size of a buffer for answers; above 64k also how large the head of an answer may be.",
            UpstreamValue.WithBufferSize)
        {
            Example = "128k",
            Difference = "The head of an answer may always have 64 KB.",
        },
        new("proxy-buffers-number", AnnotationRisk.Low, "whole number from 1", "as the ConfigMap says, else 4",
            "How many buffers an answer has with proxy-buffering on.",
            (policies, text) => policies.WithBuffering(buffering => buffering with { Buffers = SettingValue.Whole(text, 1, 1024) }))
        {
            Example = "8",
        },
        new("proxy-max-temp-file-size", AnnotationRisk.Low, $"{Size}; 0 for none", "as the ConfigMap says, else 1024m",
            "How much of an answer goes to a file when its buffers are full, with proxy-buffering on.",
            (policies, text) => policies.WithBuffering(
                buffering => buffering with { MaximumFileSize = SettingValue.Size(text, long.MaxValue) }))
        {
            Example = "0",
        },
    ];
}
